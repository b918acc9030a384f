//! What stands around every page of a catalog: title, search, list of pages.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::catalog::address::{Form, Page};
use crate::catalog::book::{Book, Section};
use crate::catalog::search;
use crate::formats::svg;

/// Entries of a section in the list of pages; where there are more, a page lists them all.
const LISTED: usize = 40;

/// Takes the theme that was chosen before anything is drawn.
const FIRST: &str = "document.documentElement.classList.add('js');\
    try{const t=localStorage.getItem('flowbench-theme');\
    if(t)document.documentElement.dataset.theme=t}catch{}";

/// A page as a file of its own.
pub(super) fn page(book: &Book<'_>, page: Page<'_>, content: &Markup) -> Markup {
    let root = book.addresses.root(page);
    html! {
        (DOCTYPE)
        html lang="en" data-root=(root) {
            (head(&title(book, page), &html! {
                link rel="stylesheet" href=(format!("{root}assets/catalog.css"));
            }))
            body {
                (frame(book, page, &html! { (article(book, page, content)) }))
                script src=(format!("{root}assets/search.js")) {}
                script src=(format!("{root}assets/catalog.js")) {}
            }
        }
    }
}

/// All pages as one file.
pub(super) fn single(
    book: &Book<'_>,
    articles: &[(Page<'_>, Markup)],
    style: &str,
    script: &str,
) -> Markup {
    html! {
        (DOCTYPE)
        html.single lang="en" {
            (head(&title(book, Page::Overview), &html! { style { (PreEscaped(style)) } }))
            body {
                (frame(book, Page::Overview, &html! {
                    @for (page, content) in articles { (article(book, *page, content)) }
                }))
                script { (PreEscaped(search::script(book))) }
                script { (PreEscaped(script)) }
            }
        }
    }
}

fn head(title: &str, style: &Markup) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            title { (title) }
            (style)
            script { (PreEscaped(FIRST)) }
        }
    }
}

fn frame(book: &Book<'_>, page: Page<'_>, content: &Markup) -> Markup {
    html! {
        a.skip href="#content" { "Skip to the content" }
        (bar(book, page))
        div.frame {
            nav.side id="pages" aria-label="Pages" { (list(book, page)) }
            main id="content" {
                (PreEscaped(svg::markers()))
                (content)
                footer { (colophon(book)) }
            }
        }
    }
}

fn bar(book: &Book<'_>, page: Page<'_>) -> Markup {
    let info = &book.source.design.info;
    html! {
        header.bar {
            button.menu id="menu" type="button" aria-controls="pages" aria-expanded="false" { "Menu" }
            div.brand {
                a href=(book.addresses.link(page, Page::Overview)) { (info.name) }
                @if !info.version.is_empty() { span { (info.version) } }
            }
            div.search.needs-script role="search" {
                label.hidden for="search" { "Search the catalog" }
                input id="search" type="search" placeholder="Search" autocomplete="off"
                    role="combobox" aria-expanded="false" aria-controls="results"
                    aria-autocomplete="list";
                kbd aria-hidden="true" { "/" }
                ul.results id="results" role="listbox" aria-label="Results" hidden {}
                span.hidden id="found" role="status" {}
            }
            button.needs-script id="theme" type="button" { "Dark" }
        }
    }
}

fn list(book: &Book<'_>, page: Page<'_>) -> Markup {
    html! {
        ul { @for top in [Page::Overview, Page::Findings] { (item(book, page, (top, ""))) } }
        @for section in &book.sections { (group(book, page, section)) }
    }
}

fn group(book: &Book<'_>, page: Page<'_>, section: &Section<'_>) -> Markup {
    let listed = &section.pages[..section.pages.len().min(LISTED)];
    let own =
        book.kind_of(page).filter(|kind| section.holds(page) && !listed.contains(&(page, kind)));
    html! {
        @if !listed.is_empty() {
            h2 { (section.title) }
            ul {
                @for entry in listed { (item(book, page, *entry)) }
                @if let Some(kind) = own { (item(book, page, (page, kind))) }
                @if let (true, Some(all)) = (section.pages.len() > LISTED, section.all) {
                    li {
                        a href=(book.addresses.link(page, all)) { "All " (section.pages.len()) }
                    }
                }
            }
        }
    }
}

fn item(book: &Book<'_>, page: Page<'_>, (to, class): (Page<'_>, &str)) -> Markup {
    let current = (to == page && book.addresses.form() == Form::Folder).then_some("page");
    html! {
        li {
            a href=(book.addresses.link(page, to)) aria-current=[current] {
                @if !class.is_empty() { span class=(format!("dot {class}")) aria-hidden="true" {} }
                (name(to))
                @if to == Page::Findings && !book.source.findings.is_empty() {
                    span.muted { (book.source.findings.len()) }
                }
            }
        }
    }
}

/// What a page is called in lists.
pub(super) fn name(page: Page<'_>) -> &str {
    match page {
        Page::Overview => "Overview",
        Page::Messages => "Messages",
        Page::Services => "Services",
        Page::Channels => "Channels",
        Page::Findings => "Findings",
        Page::Message(name)
        | Page::Service(name)
        | Page::Channel(name)
        | Page::Context(name)
        | Page::Scenario(name) => name,
    }
}

fn title(book: &Book<'_>, page: Page<'_>) -> String {
    let design = &book.source.design.info.name;
    if page == Page::Overview { design.clone() } else { format!("{} · {design}", name(page)) }
}

fn article(book: &Book<'_>, page: Page<'_>, content: &Markup) -> Markup {
    html! {
        article id=(book.addresses.id(page)) tabindex="-1" data-title=(title(book, page)) { (content) }
    }
}

/// What the catalog was made of: nothing that changes from one day to the next.
fn colophon(book: &Book<'_>) -> Markup {
    let count = book.source.facts.len();
    html! {
        p {
            "Made of the design with Flowbench. "
            @match count {
                0 => "No scenario was run for it.",
                1 => "Numbers come from the run of one scenario; the same seed gives the same numbers.",
                _ => { "Numbers come from the runs of " (count) " scenarios; the same seeds give the same numbers." }
            }
        }
    }
}
