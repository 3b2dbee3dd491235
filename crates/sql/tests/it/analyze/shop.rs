//! The e-commerce project that `init` writes.

use super::Fixture;

#[test]
fn silver_and_gold() {
    let mut shop = Fixture::new(include_str!("../../../../shop/template/sql/bronze.sql"));
    insta::assert_snapshot!(
        "silver",
        shop.run(include_str!("../../../../shop/template/sql/silver.sql"))
            .unwrap()
    );
    insta::assert_snapshot!(
        "gold",
        shop.run(include_str!("../../../../shop/template/sql/gold.sql"))
            .unwrap()
    );
}
