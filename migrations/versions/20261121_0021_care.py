"""Who may act for whom, from either side of a relation."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_0021"
down_revision = "20261121_0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    proxied = sa.Column(
        "proxied", sa.Boolean(), nullable=False, server_default=sa.false(), comment="proxy, the other way round"
    )
    op.add_column("patient_relation", proxied)


def downgrade() -> None:
    op.drop_column("patient_relation", "proxied")
