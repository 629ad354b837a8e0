"""Screening, consent, and what overrides cover."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261121_0018"
down_revision = "20261121_0017"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    asked = sa.Column(
        "questions", sa.Integer(), server_default="1", nullable=False, comment="the version of what was asked"
    )
    op.add_column("screening", asked)
    op.create_index("uq_screening_patient_id_version", "screening", ["patient_id", "version"], unique=True)
    _screening_day()
    op.drop_index(op.f("ix_consent_patient_id"), table_name="consent")
    op.drop_table("consent")  # nothing ever wrote to it
    _consent()
    _rules()
    rests = "the version of the screening it rests on"
    op.add_column("override", sa.Column("answers", sa.Integer(), server_default="0", nullable=False, comment=rests))


def _screening_day() -> None:
    op.create_table(
        "screening_day",
        sa.Column("id", KEY, nullable=False),
        sa.Column("patient_id", KEY, nullable=False),
        sa.Column("screening_id", KEY, nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False, comment="the answers still held then"),
        sa.Column("answers", DOCUMENT, nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("answered_at", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_screening_day_patient_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["screening_id"], ["screening.id"], name=op.f("fk_screening_day_screening_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_day")),
    )
    op.create_index(op.f("ix_screening_day_patient_id"), "screening_day", ["patient_id"], unique=False)
    op.create_index(op.f("ix_screening_day_screening_id"), "screening_day", ["screening_id"], unique=False)
    op.create_index("ix_screening_day_patient_id_on_day", "screening_day", ["patient_id", "on_day"], unique=False)


def _consent() -> None:
    op.create_table(
        "consent",
        sa.Column("id", KEY, nullable=False),
        sa.Column("patient_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False, comment="a modality"),
        sa.Column("text_version", sa.Integer(), nullable=False),
        sa.Column("given_at", AT, nullable=False),
        sa.Column("withdrawn_at", AT, nullable=True),
        sa.Column("given_by", sa.String(length=200), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("regions", DOCUMENT, nullable=False, comment="ids; empty for every region"),
        sa.Column("lung_risk", sa.Boolean(), nullable=False, comment="told of it, and said so"),
        sa.Column("capacity", sa.String(length=16), nullable=False, comment="as whom it was given"),
        sa.Column("way", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False, comment="of the text that was shown"),
        sa.Column("recorded_by", sa.String(length=64), nullable=False),
        sa.Column("withdrawn_by", sa.String(length=200), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("capacity IN ('patient', 'guardian', 'proxy')", name=op.f("ck_consent_capacity")),
        sa.CheckConstraint("way IN ('screen', 'paper')", name=op.f("ck_consent_way")),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_consent_patient_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sa.UniqueConstraint("public_id", name=op.f("uq_consent_public_id")),
    )
    op.create_index(op.f("ix_consent_patient_id"), "consent", ["patient_id"], unique=False)


def _rules() -> None:
    op.create_table(
        "rule_spoken",
        sa.Column("id", KEY, nullable=False),
        sa.Column("rule", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.CheckConstraint(
            "outcome IN ('warned', 'asked', 'overridden', 'blocked')", name=op.f("ck_rule_spoken_outcome")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_spoken")),
    )
    op.create_index("ix_rule_spoken_rule_outcome", "rule_spoken", ["rule", "outcome"], unique=False)
    op.create_table(
        "rule_setting",
        sa.Column("rule", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("set_at", AT, nullable=False),
        sa.CheckConstraint("level IN ('block', 'override', 'warn')", name=op.f("ck_rule_setting_level")),
        sa.PrimaryKeyConstraint("rule", name=op.f("pk_rule_setting")),
    )


def downgrade() -> None:
    op.drop_column("override", "answers")
    op.drop_table("rule_setting")
    op.drop_index("ix_rule_spoken_rule_outcome", table_name="rule_spoken")
    op.drop_table("rule_spoken")
    op.drop_index("ix_screening_day_patient_id_on_day", table_name="screening_day")
    op.drop_index(op.f("ix_screening_day_screening_id"), table_name="screening_day")
    op.drop_index(op.f("ix_screening_day_patient_id"), table_name="screening_day")
    op.drop_table("screening_day")
    op.drop_index("uq_screening_patient_id_version", table_name="screening")
    op.drop_column("screening", "questions")
    op.drop_index(op.f("ix_consent_patient_id"), table_name="consent")
    op.drop_table("consent")
    _consent_before()


def _consent_before() -> None:
    op.create_table(
        "consent",
        sa.Column("id", KEY, nullable=False),
        sa.Column("patient_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("text_version", sa.Integer(), nullable=False),
        sa.Column("given_at", AT, nullable=False),
        sa.Column("withdrawn_at", AT, nullable=True),
        sa.Column("given_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_consent_patient_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_patient_id"), "consent", ["patient_id"], unique=False)
