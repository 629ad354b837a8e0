"""Who released a phase of a plan, and why."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_0022"
down_revision = "20261121_0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("plan_phase", sa.Column("released_by", sa.String(length=64), nullable=True))
    why = sa.Column("released_why", sa.String(length=200), nullable=True, comment="how its criterion is met")
    op.add_column("plan_phase", why)


def downgrade() -> None:
    op.drop_column("plan_phase", "released_why")
    op.drop_column("plan_phase", "released_by")
