//! PARSE_URL: the parts of a URL.

use crate::variant::Value;
use std::borrow::Cow;

/// The parts of a URL; those it lacks are JSON's null.
pub(super) fn parse(text: &str) -> Result<Value<'_>, &'static str> {
    let (rest, fragment) = match text.split_once('#') {
        Some((rest, fragment)) => (rest, Some(fragment)),
        None => (text, None),
    };
    let scheme_end = rest.find(':').ok_or("scheme not specified")?;
    let (scheme, rest) = (&rest[..scheme_end], &rest[scheme_end + 1..]);
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    if !is_scheme {
        return Err("scheme not specified");
    }
    let (rest, query) = match rest.split_once('?') {
        Some((rest, query)) => (rest, Some(query)),
        None => (rest, None),
    };
    let (authority, path) = match rest.strip_prefix("//") {
        Some(rest) => match rest.split_once('/') {
            Some((authority, path)) => (Some(authority), path),
            None => (Some(rest), ""),
        },
        None => (None, rest),
    };
    let (host, port) = match authority {
        Some(authority) => match authority.rsplit_once(':') {
            Some((host, port))
                if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) =>
            {
                (Some(host), Some(port))
            }
            _ => (Some(authority), None),
        },
        None => (None, None),
    };
    let optional = |part: Option<&'_ str>| {
        part.map_or(Value::Null, |part| Value::Text(Cow::Owned(part.to_owned())))
    };
    let parameters = query.map(|query| {
        let pairs = query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
                (
                    Cow::Owned(key.to_owned()),
                    Value::Text(Cow::Owned(value.to_owned())),
                )
            });
        Value::object(pairs.collect())
    });
    Ok(Value::object(vec![
        ("fragment".into(), optional(fragment)),
        ("host".into(), optional(host)),
        ("parameters".into(), parameters.unwrap_or(Value::Null)),
        ("path".into(), optional(Some(path))),
        ("port".into(), optional(port)),
        ("query".into(), optional(query)),
        ("scheme".into(), optional(Some(scheme))),
    ]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found() {
        let parsed = parse("http://USER:PASS@EXAMPLE.INT:4345/HELLO.PHP?USER=1")
            .unwrap()
            .to_stored();
        assert_eq!(
            parsed,
            r#"{"fragment":null,"host":"USER:PASS@EXAMPLE.INT","parameters":{"USER":"1"},"path":"HELLO.PHP","port":"4345","query":"USER=1","scheme":"http"}"#
        );
        assert!(
            parse("mailto:abc@xyz.com")
                .unwrap()
                .to_stored()
                .contains("\"host\":null")
        );
        assert_eq!(
            parse("example.int/hello.php?user=12#nofragment"),
            Err("scheme not specified")
        );
    }
}
