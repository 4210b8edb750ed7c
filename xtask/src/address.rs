//! Where the page will be: cards and the canonical link want absolute addresses, which only the one who hosts it knows.

use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::path::Path;

/// How the page names its card as long as its address is unknown.
const CARD: &str = "<meta property=\"og:image\" content=\"card.png\">";

/// Writes the address into the page.
pub fn write(page: &Path, url: &str) -> Result<()> {
    let text = fs::read_to_string(page).with_context(|| format!("cannot read {}", page.display()))?;
    fs::write(page, absolute(&text, url)?).with_context(|| format!("cannot write {}", page.display()))
}

/// The page with its address in the head.
fn absolute(page: &str, url: &str) -> Result<String> {
    let plain = url.bytes().all(|b| b.is_ascii_graphic() && !b"\"'<>?#&".contains(&b));
    if !(plain && (url.starts_with("https://") || url.starts_with("http://"))) {
        bail!("--url takes an address like https://example.org/lab/, not `{url}`");
    }
    ensure!(page.matches(CARD).count() == 1, "index.html no longer has {CARD}");
    let url = url.trim_end_matches('/');
    let head = format!(
        "<link rel=\"canonical\" href=\"{url}/\">\n  <meta property=\"og:url\" content=\"{url}/\">\n  {}",
        CARD.replace("card.png", &format!("{url}/card.png"))
    );
    Ok(page.replace(CARD, &head))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace;

    #[test]
    fn the_page_names_its_address_and_its_card() {
        let page = fs::read_to_string(workspace::root().join("index.html")).unwrap();
        for url in ["https://example.org/lab", "https://example.org/lab/"] {
            let page = absolute(&page, url).unwrap();
            assert!(page.contains("rel=\"canonical\" href=\"https://example.org/lab/\""), "{page}");
            assert!(page.contains("og:image\" content=\"https://example.org/lab/card.png\""), "{page}");
        }
        for wrong in ["example.org", "https://example.org/\"><script>", "https://example.org/?a"] {
            assert!(absolute(&page, wrong).unwrap_err().to_string().contains(wrong));
        }
        assert!(absolute("<p>no card", "https://example.org/").is_err());
    }

    /// Hosts of cards take images of this size, and visitors of a link wait for it.
    #[test]
    fn the_card_has_the_size_of_a_card() {
        let card = fs::read(workspace::root().join("www/card.png")).unwrap();
        assert!(card.starts_with(b"\x89PNG") && card.len() <= 60_000, "{} bytes", card.len());
        let number = |at: usize| u32::from_be_bytes(card[at..at + 4].try_into().unwrap());
        assert_eq!((number(16), number(20)), (1200, 630));
    }
}
