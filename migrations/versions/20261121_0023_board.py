"""What somebody did today, and the newest entry about a patient, are found without reading the whole audit trail."""

from alembic import op

revision = "20261121_0023"
down_revision = "20261121_0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_audit_actor_at", "audit", ["actor", "at"])
    op.create_index("ix_audit_patient_newest", "audit", ["patient_id", "id"])
    op.drop_index("ix_audit_patient_id", table_name="audit")


def downgrade() -> None:
    op.create_index("ix_audit_patient_id", "audit", ["patient_id"])
    op.drop_index("ix_audit_patient_newest", table_name="audit")
    op.drop_index("ix_audit_actor_at", table_name="audit")
