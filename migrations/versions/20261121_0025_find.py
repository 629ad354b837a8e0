"""What patients are found by, whatever their number."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_0025"
down_revision = "20261121_0024"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
EXACT = sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "patient_term",
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("term", EXACT, nullable=False, comment="a beginning of it finds the patient"),
        sa.Column("sorts", EXACT, nullable=False, comment="the beginning of the folded name"),
        sa.Column("patient_id", KEY, nullable=False),
        sa.CheckConstraint("kind IN ('name', 'pair', 'number', 'within')", name=op.f("ck_patient_term_kind")),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_patient_term_patient_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("kind", "term", "sorts", "patient_id", name=op.f("pk_patient_term")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_patient_term_of", "patient_term", ["patient_id", "kind", "term"], unique=False)
    op.create_index("ix_patient_birth_on", "patient", ["birth_on", "search_name"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_patient_birth_on", table_name="patient")
    op.drop_index("ix_patient_term_of", table_name="patient_term")
    op.drop_table("patient_term")
