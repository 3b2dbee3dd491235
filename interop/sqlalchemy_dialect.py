"""snowflake-sqlalchemy against a live server: engine, ORM, reflection. Usage: sqlalchemy_dialect.py HOST PORT."""

import datetime
import decimal
import sys

import sqlalchemy as sa
from snowflake.sqlalchemy import URL, VARIANT, MergeInto
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

from checks import Checks

HOST, PORT = sys.argv[1], int(sys.argv[2])
checks = Checks("sqlalchemy")
check = checks.check


def engine(**more):
    url = URL(account="local", user="tester", password="secret", host=HOST, port=PORT, **more)
    return sa.create_engine(url, connect_args={"protocol": "http"})


with engine().connect() as first:
    first.execute(sa.text("CREATE OR REPLACE DATABASE interop_sa"))
    first.execute(sa.text("CREATE OR REPLACE SCHEMA interop_sa.s"))
eng = engine(database="INTEROP_SA", schema="S")
metadata = sa.MetaData()
items = sa.Table(
    "items", metadata,
    sa.Column("id", sa.Integer, sa.Sequence("items_seq"), primary_key=True),
    sa.Column("name", sa.String(40), nullable=False),
    sa.Column("price", sa.Numeric(10, 2)),
    sa.Column("seen", sa.DateTime),
    sa.Column("day", sa.Date),
    sa.Column("ok", sa.Boolean),
    sa.Column("x", sa.Float),
)


@check
def select_one():
    with eng.connect() as con:
        assert con.execute(sa.text("SELECT 1")).scalar() == 1
        assert con.execute(sa.text("SELECT CURRENT_VERSION()")).scalar()
        assert con.execute(sa.select(sa.literal("it's"))).scalar() == "it's"


@check
def create_insert_select():
    metadata.drop_all(eng)
    metadata.create_all(eng)
    with eng.begin() as con:
        result = con.execute(items.insert().values(id=1, name="a", price=decimal.Decimal("1.25"),
                                                   seen=datetime.datetime(2024, 1, 2, 3, 4, 5), day=datetime.date(2024, 1, 2), ok=True, x=1.5))
        assert result.rowcount == 1
        con.execute(items.insert(), [{"id": 2, "name": "b"}, {"id": 3, "name": "c"}])
    with eng.connect() as con:
        row = con.execute(items.select().where(items.c.id == 1)).one()
        assert row.price == decimal.Decimal("1.25") and row.seen == datetime.datetime(2024, 1, 2, 3, 4, 5) and row.ok is True, row
        assert con.execute(sa.select(sa.func.count()).select_from(items)).scalar() == 3
        assert [r.name for r in con.execute(sa.select(items.c.name).order_by(items.c.id.desc()).limit(2))] == ["c", "b"]


@check
def update_and_delete():
    with eng.begin() as con:
        assert con.execute(items.update().where(items.c.id > 1).values(name="z")).rowcount == 2
        assert con.execute(items.delete().where(items.c.id == 3)).rowcount == 1


@check
def rollback():
    with eng.connect() as con:
        transaction = con.begin()
        con.execute(items.insert().values(id=9, name="no"))
        transaction.rollback()
    with eng.connect() as con:
        assert con.execute(sa.select(sa.func.count()).select_from(items).where(items.c.id == 9)).scalar() == 0


@check
def reflection():
    inspector = sa.inspect(eng)
    assert "items" in inspector.get_table_names(), inspector.get_table_names()
    assert "s" in inspector.get_schema_names(), inspector.get_schema_names()
    columns = {c["name"]: c for c in inspector.get_columns("items")}
    assert list(columns) == ["id", "name", "price", "seen", "day", "ok", "x"], list(columns)
    assert columns["name"]["nullable"] is False and columns["name"]["type"].length == 40
    assert isinstance(columns["price"]["type"], sa.DECIMAL | sa.Numeric)
    assert inspector.get_pk_constraint("items")["constrained_columns"] == ["id"], inspector.get_pk_constraint("items")
    assert inspector.has_table("items") and not inspector.has_table("nope")


@check
def reflected_table():
    table = sa.Table("items", sa.MetaData(), autoload_with=eng)
    with eng.connect() as con:
        assert len(con.execute(table.select()).all()) == 2


@check
def views():
    with eng.begin() as con:
        con.execute(sa.text("CREATE OR REPLACE VIEW iv AS SELECT id FROM items"))
    inspector = sa.inspect(eng)
    assert inspector.get_view_names() == ["iv"], inspector.get_view_names()
    assert "iv" in [n.lower() for n in inspector.get_view_names()]
    assert "id" in inspector.get_view_definition("iv").lower()


@check
def foreign_and_unique_keys():
    meta = sa.MetaData()
    sa.Table("parent", meta, sa.Column("id", sa.Integer, primary_key=True, autoincrement=False), sa.Column("u", sa.Integer, unique=True))
    sa.Table("child", meta, sa.Column("id", sa.Integer, primary_key=True, autoincrement=False), sa.Column("p", sa.Integer, sa.ForeignKey("parent.id")))
    meta.drop_all(eng)
    meta.create_all(eng)
    inspector = sa.inspect(eng)
    keys = inspector.get_foreign_keys("child")
    assert keys[0]["referred_table"] == "parent" and keys[0]["constrained_columns"] == ["p"], keys
    assert inspector.get_unique_constraints("parent")[0]["column_names"] == ["u"]
    assert inspector.get_indexes("parent") == []


class Base(DeclarativeBase):
    pass


class Customer(Base):
    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(sa.Integer, sa.Sequence("customers_seq"), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(20))
    orders: Mapped[list["Order"]] = relationship(back_populates="customer")


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(sa.Integer, sa.Sequence("orders_seq"), primary_key=True)
    customer_id: Mapped[int] = mapped_column(sa.ForeignKey("customers.id"))
    amount: Mapped[float]
    customer: Mapped[Customer] = relationship(back_populates="orders")


@check
def orm():
    Base.metadata.drop_all(eng)
    Base.metadata.create_all(eng)
    with Session(eng) as session:
        session.add(Customer(name="ann", orders=[Order(amount=1.5), Order(amount=2.5)]))
        session.commit()
        customer = session.scalars(sa.select(Customer).where(Customer.name == "ann")).one()
        assert sorted(order.amount for order in customer.orders) == [1.5, 2.5]
        total = session.execute(sa.select(Customer.name, sa.func.sum(Order.amount)).join(Order).group_by(Customer.name)).one()
        assert tuple(total) == ("ann", 4.0)


@check
def pandas_frames():
    import pandas
    frame = pandas.DataFrame({"a": [1, 2, 3], "b": ["x", "y", None]})
    with eng.begin() as con:
        frame.to_sql("frames", con, index=False, if_exists="replace")
    with eng.connect() as con:
        back = pandas.read_sql("SELECT * FROM frames ORDER BY a", con)
    assert list(back.columns) == ["a", "b"] and back["a"].tolist() == [1, 2, 3]


@check
def semi_structured():
    meta = sa.MetaData()
    table = sa.Table("semi", meta, sa.Column("id", sa.Integer), sa.Column("v", VARIANT))
    meta.drop_all(eng)
    meta.create_all(eng)
    with eng.begin() as con:
        con.execute(sa.text("INSERT INTO semi SELECT 1, PARSE_JSON('{\"k\": 5}')"))
        assert con.execute(sa.text("SELECT v['k']::INT FROM semi")).scalar() == 5
        assert len(con.execute(table.select()).all()) == 1


@check
def merge():
    meta = sa.MetaData()
    target = sa.Table("mt", meta, sa.Column("id", sa.Integer), sa.Column("v", sa.String))
    source = sa.Table("ms", meta, sa.Column("id", sa.Integer), sa.Column("v", sa.String))
    meta.drop_all(eng)
    meta.create_all(eng)
    with eng.begin() as con:
        con.execute(target.insert(), [{"id": 1, "v": "a"}])
        con.execute(source.insert(), [{"id": 1, "v": "b"}, {"id": 2, "v": "c"}])
        into = MergeInto(target=target, source=source, on=target.c.id == source.c.id)
        into.when_matched_then_update().values(v=source.c.v)
        into.when_not_matched_then_insert().values(id=source.c.id, v=source.c.v)
        con.execute(into)
        assert con.execute(sa.select(target).order_by(target.c.id)).all() == [(1, "b"), (2, "c")]


@check
def errors():
    try:
        with eng.connect() as con:
            con.execute(sa.text("SELECT * FROM nope"))
        raise AssertionError("no error")
    except sa.exc.ProgrammingError as error:
        assert error.orig.errno == 2003


checks.end()
