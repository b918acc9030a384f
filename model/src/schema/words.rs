//! Sensible words for strings of which only the name is known.

use crate::schema::draws::Draws;

const FIRST: [&str; 8] = ["Ada", "Bela", "Chen", "Dora", "Emil", "Fatma", "Grace", "Hugo"];
const LAST: [&str; 8] =
    ["Lovelace", "Bauer", "Okafor", "Sato", "Novak", "Silva", "Hopper", "Larsen"];
const CITIES: [&str; 6] = ["Lisbon", "Vienna", "Oslo", "Nairobi", "Kyoto", "Boston"];
const COUNTRIES: [&str; 6] = ["PT", "AT", "NO", "KE", "JP", "US"];
const CURRENCIES: [&str; 3] = ["EUR", "USD", "GBP"];
const COLORS: [&str; 4] = ["black", "white", "red", "blue"];

/// A text for a property of this name: `customer-17` for `customerId`.
pub(super) fn word(name: &str, draws: &mut Draws<'_>) -> String {
    Word::of(name).draw(draws)
}

/// What texts for a property of some name look like.
#[derive(Clone, Debug)]
pub(super) enum Word {
    Email,
    OneOf(&'static [&'static str]),
    Uri,
    Sku,
    Phone,
    Street,
    Date,
    DateTime,
    FullName,
    /// These words and a number.
    Numbered(String),
}

impl Word {
    pub(super) fn of(name: &str) -> Word {
        let parts = parts(name);
        let last = parts.last().map_or("", String::as_str);
        match last {
            "email" | "mail" => Word::Email,
            "currency" => Word::OneOf(&CURRENCIES),
            "country" => Word::OneOf(&COUNTRIES),
            "city" | "town" => Word::OneOf(&CITIES),
            "color" | "colour" => Word::OneOf(&COLORS),
            "url" | "uri" | "link" => Word::Uri,
            "sku" => Word::Sku,
            "phone" => Word::Phone,
            "street" => Word::Street,
            "date" | "day" => Word::Date,
            "at" | "time" | "timestamp" => Word::DateTime,
            "name"
                if parts.len() == 1
                    || matches!(parts[0].as_str(), "customer" | "user" | "full") =>
            {
                Word::FullName
            }
            "id" | "key" | "number" | "code" | "reference" if parts.len() > 1 => {
                Word::Numbered(parts[..parts.len() - 1].join("-"))
            }
            "" => Word::Numbered("text".to_owned()),
            _ => Word::Numbered(parts.join("-")),
        }
    }

    pub(super) fn draw(&self, draws: &mut Draws<'_>) -> String {
        match self {
            Word::Email => email(draws),
            Word::OneOf(words) => pick(words, draws),
            Word::Uri => uri(draws),
            Word::Sku => format!("SKU-{:04}", draws.below(10_000)),
            Word::Phone => format!("+1 555 {:04}", draws.below(10_000)),
            Word::Street => format!("{} Main Street", 1 + draws.below(99)),
            Word::Date => date(draws),
            Word::DateTime => date_time(draws),
            Word::FullName => format!("{} {}", pick(&FIRST, draws), pick(&LAST, draws)),
            Word::Numbered(words) => format!("{words}-{}", 1 + draws.below(100)),
        }
    }
}

/// A text of a named format; nothing if the format is not known.
pub(super) fn of_format(format: &str, draws: &mut Draws<'_>) -> Option<String> {
    Some(match format {
        "date-time" => date_time(draws),
        "date" => date(draws),
        "time" => time(draws),
        "duration" => format!("PT{}M", 1 + draws.below(59)),
        "uuid" => uuid(draws),
        "email" | "idn-email" => email(draws),
        "uri" | "iri" => uri(draws),
        "uri-reference" | "iri-reference" => format!("/things/{}", draws.below(100)),
        "json-pointer" => format!("/things/{}", draws.below(100)),
        "hostname" | "idn-hostname" => format!("host{}.example.com", draws.below(100)),
        "ipv4" => format!("192.0.2.{}", draws.below(256)),
        "ipv6" => format!("2001:db8::{:x}", 1 + draws.below(0xfffe)),
        "regex" => "^[a-z]+$".to_owned(),
        _ => return None,
    })
}

/// `customerId`, `customer_id` and `Customer ID` are all `customer`, `id`.
fn parts(name: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut was_lower = false;
    let mut is_inside = false;
    for letter in name.chars() {
        if !letter.is_alphanumeric() {
            is_inside = false;
            continue;
        }
        let begins = !is_inside || (letter.is_uppercase() && was_lower);
        if begins {
            parts.push(String::new());
        }
        if let Some(part) = parts.last_mut() {
            part.extend(letter.to_lowercase());
        }
        is_inside = true;
        was_lower = letter.is_lowercase() || letter.is_numeric();
    }
    parts
}

fn pick(words: &[&str], draws: &mut Draws<'_>) -> String {
    words[draws.below(words.len() as u64) as usize].to_owned()
}

fn email(draws: &mut Draws<'_>) -> String {
    let name = pick(&FIRST, draws).to_lowercase();
    format!("{name}.{}@example.com", pick(&LAST, draws).to_lowercase())
}

fn uri(draws: &mut Draws<'_>) -> String {
    format!("https://example.com/things/{}", draws.below(1000))
}

fn date(draws: &mut Draws<'_>) -> String {
    format!("2026-{:02}-{:02}", 1 + draws.below(12), 1 + draws.below(28))
}

fn time(draws: &mut Draws<'_>) -> String {
    format!("{:02}:{:02}:{:02}Z", draws.below(24), draws.below(60), draws.below(60))
}

fn date_time(draws: &mut Draws<'_>) -> String {
    format!("{}T{}", date(draws), time(draws))
}

fn uuid(draws: &mut Draws<'_>) -> String {
    let (a, b) = (draws.next(), draws.next());
    format!(
        "{:08x}-{:04x}-4{:03x}-{:x}{:03x}-{:012x}",
        a >> 32,
        (a >> 16) & 0xffff,
        a & 0xfff,
        8 + ((b >> 62) & 3),
        (b >> 48) & 0xfff,
        b & 0xffff_ffff_ffff
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_from_names() {
        let mut zero = || 16;
        let mut say = |name: &str| word(name, &mut Draws::new(&mut zero));
        assert_eq!(say("customerId"), "customer-17");
        assert_eq!(say("order_id"), "order-17");
        assert_eq!(say("trackingNumber"), "tracking-17");
        assert_eq!(say("note"), "note-17");
        assert_eq!(say("currency"), "USD");
        assert_eq!(say("placedAt"), "2026-05-17T16:16:16Z");
        assert_eq!(say(""), "text-17");
    }
}
