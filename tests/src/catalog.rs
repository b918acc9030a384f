//! Catalogs in a real browser: search, colors, keyboard, links.
#![expect(clippy::print_stderr, reason = "a test that is skipped says so")]

use std::fs;
use std::path::Path;
use std::process::Command;

use flowbench::samples;
use flowbench_model::catalog::{self, Source};
use flowbench_model::design::Design;
use flowbench_model::formats::native;
use flowbench_model::lint;
use flowbench_model::schema::Schemas;
use serde_json::Value;
use tempfile::tempdir;

/// What a person does, and what is seen then; left in the title, which a browser prints.
const VISIT: &str = r##"
(async () => {
  const seen = {};
  const find = (selector) => document.querySelector(selector);
  const press = (target, key) =>
    target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  const wait = () => new Promise((done) => setTimeout(done, 50));
  press(document.body, "/");
  seen.focusAfterSlash = document.activeElement.id;
  const field = find("#search");
  const type = (text) => { field.value = text; field.dispatchEvent(new Event("input")); };
  type("payment comp");
  seen.hits = [...document.querySelectorAll("#results li b")].map((it) => it.textContent);
  seen.expanded = field.getAttribute("aria-expanded");
  seen.active = field.getAttribute("aria-activedescendant");
  type("order");
  press(field, "ArrowDown");
  seen.second = find('#results li[aria-selected="true"] b')?.textContent;
  press(field, "ArrowUp");
  seen.first = find('#results li[aria-selected="true"] b')?.textContent;
  type("amountcents");
  seen.byField = [...document.querySelectorAll("#results li b")].map((it) => it.textContent);
  type("zzz");
  seen.nothing = find("#results").textContent;
  press(field, "Escape");
  seen.closed = find("#results").hidden;
  const color = () => getComputedStyle(document.body).backgroundColor;
  const before = color();
  find("#theme").click();
  seen.colorsChange = before !== color();
  find("#theme").click();
  seen.colorsComeBack = before === color();
  seen.visible = [...document.querySelectorAll("article")].filter((it) => it.offsetParent).length;
  const link = find("article.current td a") || find("article td a");
  seen.hasDiagramLinks = document.querySelectorAll(".picture svg a").length > 0;
  seen.markers = document.querySelectorAll("#arrow").length;
  const wide = document.documentElement;
  seen.overflows = wide.scrollWidth > wide.clientWidth;
  if (document.documentElement.classList.contains("single")) {
    location.hash = "#messages/order-placed";
    await wait();
    seen.shown = find("article.current h1").textContent;
    seen.titled = document.title;
    seen.marked = find('.side a[aria-current]').textContent.trim();
    seen.focused = document.activeElement.tagName;
    location.hash = "#%3Cscript%3E";
    await wait();
    seen.unknownLeadsTo = find("article.current h1").textContent;
  }
  const said = document.createElement("pre");
  said.id = "seen";
  said.textContent = JSON.stringify(seen);
  document.body.append(said);
})();
"##;

fn browser() -> Option<&'static str> {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let found = names.into_iter().find(|name| Command::new(name).arg("--version").output().is_ok());
    if found.is_none() {
        eprintln!("skipped: there is no Chromium");
    }
    found
}

/// What is seen on a page after a visit, in a window of this size.
fn visit(browser: &str, page: &Path, size: &str) -> Value {
    let text = fs::read_to_string(page).expect("a page");
    let (head, tail) = text.rsplit_once("</body>").expect("a body");
    let visited = page.with_file_name("visited.html");
    fs::write(&visited, format!("{head}<script>{VISIT}</script></body>{tail}")).expect("written");
    let home = tempdir().expect("a folder");
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=5000"])
        .arg(format!("--user-data-dir={}", home.path().display()))
        .arg(format!("--window-size={size}"))
        .args(["--dump-dom"])
        .arg(format!("file://{}", visited.display()))
        .output()
        .expect("the browser runs");
    let dom = String::from_utf8_lossy(&output.stdout).into_owned();
    let (_, said) = dom.split_once(r#"<pre id="seen">"#).unwrap_or_else(|| panic!("{dom}"));
    let said = said.split_once("</pre>").map_or(said, |it| it.0);
    serde_json::from_str(&said.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">"))
        .expect("what was seen")
}

fn shoe_shop() -> (Design, Schemas) {
    let sample = samples::find("shoe-shop").expect("a sample");
    (native::read(sample.design()).expect("a design").design, sample.schemas())
}

#[test]
fn one_file_is_searched_read_and_walked_through_in_a_browser() {
    let Some(browser) = browser() else { return };
    let (design, schemas) = shoe_shop();
    let findings = lint::findings_with(&design, &schemas);
    let source = Source { design: &design, schemas: &schemas, findings: &findings, facts: &[] };
    let folder = tempdir().expect("a folder");
    let page = folder.path().join("catalog.html");
    fs::write(&page, catalog::single_file(&source)).expect("written");
    for size in ["1280,900", "500,900"] {
        let seen = visit(browser, &page, size);
        look(&seen);
        assert_eq!(seen["visible"], 1, "{seen}");
        assert_eq!(seen["shown"], "OrderPlaced");
        assert_eq!(seen["titled"], "OrderPlaced · Shoe shop");
        assert_eq!(seen["marked"], "OrderPlaced");
        assert_eq!(seen["focused"], "ARTICLE");
        assert_eq!(seen["unknownLeadsTo"], "Shoe shop");
    }
}

#[test]
fn a_folder_is_searched_and_read_in_a_browser_without_a_server() {
    let Some(browser) = browser() else { return };
    let (design, schemas) = shoe_shop();
    let findings = lint::findings_with(&design, &schemas);
    let source = Source { design: &design, schemas: &schemas, findings: &findings, facts: &[] };
    let folder = tempdir().expect("a folder");
    catalog::folder(&source, |file| {
        let path = folder.path().join(&file.path);
        fs::create_dir_all(path.parent().expect("a folder"))?;
        fs::write(path, file.text)
    })
    .expect("written");
    for page in ["index.html", "messages/order-placed.html", "channels/orders.html"] {
        look(&visit(browser, &folder.path().join(page), "1280,900"));
    }
}

/// What holds on every page.
fn look(seen: &Value) {
    assert_eq!(seen["focusAfterSlash"], "search", "{seen}");
    assert_eq!(seen["hits"], serde_json::json!(["PaymentCompleted"]));
    assert_eq!(seen["expanded"], "true");
    assert_eq!(seen["active"], "hit-0");
    assert_eq!(seen["first"], "order");
    assert_ne!(seen["second"], seen["first"]);
    assert!(seen["byField"].to_string().contains("PaymentRequested"), "{seen}");
    assert_eq!(seen["nothing"], "Nothing has all these words.");
    assert_eq!(seen["closed"], true);
    assert_eq!(seen["colorsChange"], true);
    assert_eq!(seen["colorsComeBack"], true);
    assert_eq!(seen["hasDiagramLinks"], true);
    assert_eq!(seen["markers"], 1);
    assert_eq!(seen["overflows"], false, "nothing is wider than the window: {seen}");
}
