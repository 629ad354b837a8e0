"""Until when patients give visits up by themselves; who approved a note."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_0016"
down_revision = "20261121_0015"
branch_labels = None
depends_on = None

CANCEL_HOURS = "INTEGER DEFAULT 24 NOT NULL CONSTRAINT ck_practice_cancel_hours CHECK (cancel_hours BETWEEN 0 AND 720)"


def upgrade() -> None:
    op.execute(f"ALTER TABLE practice ADD COLUMN cancel_hours {CANCEL_HOURS}")
    op.add_column("note", sa.Column("approved_by", sa.String(length=64), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("note", "approved_by")
    op.drop_column("practice", "cancel_hours")
