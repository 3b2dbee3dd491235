//! PARSE_IP: the parts of an IPv4 or IPv6 address.

use crate::variant::Value;
use std::borrow::Cow;
use std::net::{Ipv4Addr, Ipv6Addr};

/// The parts of an address, with its network if a prefix length stands after it.
pub(super) fn parse<'t>(text: &'t str, kind: &str) -> Result<Value<'t>, &'static str> {
    let kind = kind.to_lowercase();
    if kind != "inet" && kind != "cidr" {
        return Err("invalid IP address type");
    }
    let (host, prefix) = match text.split_once('/') {
        Some((host, prefix)) => (
            host,
            Some(prefix.parse::<u32>().map_err(|_| "invalid netmask")?),
        ),
        None => (text, None),
    };
    let mut members: Vec<(Cow<'_, str>, Value<'_>)> = vec![
        ("host".into(), Value::Text(host.into())),
        ("ip_type".into(), Value::Text(kind.into())),
        ("snowflake$type".into(), Value::Text("ip_address".into())),
    ];
    if let Some(prefix) = prefix {
        members.push(("netmask_prefix_length".into(), number(prefix)));
    }
    if let Ok(address) = host.parse::<Ipv4Addr>() {
        let bits = u32::from(address);
        members.push(("family".into(), number(4)));
        members.push((
            "ip_fields".into(),
            Value::Array(vec![number(bits), number(0), number(0), number(0)]),
        ));
        members.push(("ipv4".into(), number(bits)));
        if let Some(prefix) = prefix {
            let mask = 32_u32.checked_sub(prefix).ok_or("invalid netmask")?;
            let mask = u32::MAX.checked_shl(mask).unwrap_or(0);
            members.push(("ipv4_range_start".into(), number(bits & mask)));
            members.push(("ipv4_range_end".into(), number(bits | !mask)));
        }
    } else if let Ok(address) = host.parse::<Ipv6Addr>() {
        let bits = u128::from(address);
        let digits = |bits: u128| Value::Text(format!("{bits:032X}").into());
        members.push(("family".into(), number(6)));
        let fields = (0..4)
            .rev()
            .map(|field| number((bits >> (32 * field)) as u32))
            .collect();
        members.push(("ip_fields".into(), Value::Array(fields)));
        members.push(("hex_ipv6".into(), digits(bits)));
        if let Some(prefix) = prefix {
            let mask = 128_u32.checked_sub(prefix).ok_or("invalid netmask")?;
            let mask = u128::MAX.checked_shl(mask).unwrap_or(0);
            members.push(("hex_ipv6_range_start".into(), digits(bits & mask)));
            members.push(("hex_ipv6_range_end".into(), digits(bits | !mask)));
        }
    } else {
        return Err("invalid IP address");
    }
    Ok(Value::object(members))
}

fn number(value: u32) -> Value<'static> {
    Value::Number(value.to_string().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_have_ends() {
        let parsed = parse("192.168.242.188/24", "INET").unwrap().to_stored();
        assert!(
            parsed.contains("\"ipv4_range_end\":3232297727,\"ipv4_range_start\":3232297472"),
            "{parsed}"
        );
        let parsed = parse("fe80::20c:29ff:fe2c:429/64", "inet")
            .unwrap()
            .to_stored();
        assert!(
            parsed.contains("\"hex_ipv6_range_end\":\"FE80000000000000FFFFFFFFFFFFFFFF\""),
            "{parsed}"
        );
        assert!(
            parsed.contains("[4269801472,0,34351615,4264297513]"),
            "{parsed}"
        );
        assert!(parse("300.1.1.1", "inet").is_err());
    }
}
