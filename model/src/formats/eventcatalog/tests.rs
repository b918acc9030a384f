//! Catalogs of designs, and what becomes of files that are there.

use std::collections::BTreeSet;

use expect_test::expect;

use super::*;
use crate::fixture;

fn shop() -> Design {
    let mut design = fixture::design(
        "shop: producer
         orders: queue
         payment: consumer
         shop -> orders: OrderPlaced
         orders -> payment: OrderPlaced",
    );
    fixture::produce(&mut design, "shop", "OrderPlaced");
    design.info.owners = vec!["Order Team".to_owned()];
    design
}

fn text(files: &[File], path: &str) -> String {
    let file = files.iter().find(|file| file.path == path);
    file.unwrap_or_else(|| panic!("{path}")).text(None).expect("a text")
}

#[test]
fn a_service_says_what_it_sends_and_where() {
    let files = export(&shop(), &Schemas::new());
    expect![[r#"
        ---
        id: shop
        name: shop
        version: "1.0.0"
        summary: shop
        owners:
          - order-team
        sends:
          - id: OrderPlaced
            version: "1.0.0"
            to:
              - id: orders
                version: "1.0.0"
        badges:
          - content: producer
            backgroundColor: blue
            textColor: blue
        ---

        <NodeGraph />

        <MessageTable format="all" />

        ## Workload

        - OrderPlaced: evenly, 1/s
    "#]]
    .assert_eq(&text(&files, "services/shop/index.mdx"));
}

#[test]
fn every_path_is_one_of_a_kind_and_stays_inside() {
    let mut design = shop();
    fixture::node(&mut design, "payment").name = "../../etc/passwd".to_owned();
    let files = export(&design, &Schemas::new());
    let paths: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths.len(), files.len());
    assert!(paths.iter().all(|path| !path.contains("..") && !path.starts_with('/')), "{paths:?}");
}

#[test]
fn a_file_that_is_there_keeps_its_own_properties_and_its_text() {
    let files = export(&shop(), &Schemas::new());
    let file = files.iter().find(|it| it.path == "services/shop/index.mdx").expect("a service");
    let there = "---\nid: shop\nversion: '0.1.0'\nx-cost-center: 42\nx-flowbench-contract: old\n\
                 sends: []\n---\nWritten by *Ann*.\n";
    let text = file.text(Some(there)).expect("a text");
    assert!(text.contains("x-cost-center: 42") && text.ends_with("---\nWritten by *Ann*.\n"));
    assert!(!text.contains("old") && !text.contains("sends: []"), "{text}");
    let again = file.text(Some(&text)).expect("a text");
    assert_eq!(text, again, "writing again changes nothing");
}

#[test]
fn a_file_that_cannot_be_read_is_not_written_over() {
    let files = export(&shop(), &Schemas::new());
    let file = files.iter().find(|it| it.path == "services/shop/index.mdx").expect("a service");
    assert!(file.text(Some("---\nid: [\n---\n")).is_err());
}
