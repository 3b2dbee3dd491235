//! BOOLEAN from text (TO_BOOLEAN).

use super::fault::{BoxedFault, Fault};

/// `true`, `t`, `yes`, `y`, `on`, `1` and their opposites, in any case.
pub(crate) fn boolean_from_text(text: &[u8]) -> Result<bool, BoxedFault> {
    let trimmed = text.trim_ascii();
    let mut lower = [0_u8; 5];
    let Some(slot) = lower.get_mut(..trimmed.len()) else {
        return Err(Fault::boolean(text));
    };
    slot.copy_from_slice(trimmed);
    slot.make_ascii_lowercase();
    match &*slot {
        b"true" | b"t" | b"yes" | b"y" | b"on" | b"1" => Ok(true),
        b"false" | b"f" | b"no" | b"n" | b"off" | b"0" => Ok(false),
        _ => Err(Fault::boolean(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_forms() {
        for text in ["true", "T", "Yes", "y", "ON", "1"] {
            assert_eq!(boolean_from_text(text.as_bytes()), Ok(true), "{text}");
        }
        for text in ["false", "F", "No", "n", "oFF", "0"] {
            assert_eq!(boolean_from_text(text.as_bytes()), Ok(false), "{text}");
        }
        for text in ["", "2", "wahr", "truee"] {
            let fault = boolean_from_text(text.as_bytes()).unwrap_err();
            assert_eq!(
                fault.message,
                format!("Boolean value '{text}' is not recognized")
            );
            assert_eq!((fault.code, fault.sqlstate), (100_037, "22018"));
        }
    }
}
