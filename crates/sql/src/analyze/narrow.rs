//! NUMBERs in 64 bits: who asks for them, and the way back to the declared digits.
//!
//! A narrow NUMBER of scale 0 is a BIGINT, which everyone takes. One with a scale is a DECIMAL(18, scale): arithmetic on it
//! could overflow where the declared digits would not, so that it shows itself only to those who ask
//! ([`Expr::narrowed`]); others see it cast to its declared digits ([`ExprKind::InFull`]).

use super::tree::{Expr, ExprKind, Output};
use crate::data_type::{DataType, NARROW_DIGITS};

/// Whether values of a NUMBER type are held in 64 bits.
pub(crate) fn fits_64_bits(data_type: DataType, narrow: bool) -> bool {
    matches!(data_type, DataType::Number { precision, .. } if narrow || precision <= NARROW_DIGITS)
}

impl Output {
    /// Whether the column is a NUMBER held in 64 bits.
    pub(crate) fn fits_64_bits(&self) -> bool {
        fits_64_bits(self.data_type, self.narrow)
    }
}

impl Expr {
    /// Whether the value is a NUMBER held in 64 bits.
    pub(crate) fn fits_64_bits(&self) -> bool {
        fits_64_bits(self.data_type, self.narrow)
    }

    /// The value without [`ExprKind::InFull`] around it.
    pub(crate) fn bare(&self) -> &Expr {
        match &self.kind {
            ExprKind::InFull(narrow) => narrow,
            _ => self,
        }
    }

    /// The value in 64 bits where it is held so, for those who take a DECIMAL of any length.
    pub(crate) fn narrowed(self) -> Expr {
        match self.kind {
            ExprKind::InFull(narrow) => *narrow,
            _ => self,
        }
    }

    /// The value as everyone takes it: a narrow NUMBER with a scale in its declared digits.
    pub(crate) fn in_full(self) -> Expr {
        match self.data_type {
            DataType::Number { scale, .. } if scale > 0 && self.narrow => Expr {
                data_type: self.data_type,
                narrow: false,
                nullable: self.nullable,
                place: self.place,
                kind: ExprKind::InFull(Box::new(self)),
            },
            _ => self,
        }
    }

    /// The value as a DECIMAL of its declared digits, also where it is a BIGINT.
    pub(crate) fn widened(self) -> Expr {
        let DataType::Number { precision, scale } = self.data_type else {
            return self;
        };
        if !self.fits_64_bits() || precision <= NARROW_DIGITS {
            return self;
        }
        if scale > 0 {
            return self.in_full();
        }
        let (data_type, place) = (self.data_type, self.place);
        let template = format!("CAST({{0}} AS DECIMAL({precision},0))");
        Expr::scalar("CAST", template, vec![self], data_type).at(place)
    }

    /// The value in 64 bits; one that does not fit them is an error at run time.
    pub(crate) fn forced_narrow(self) -> Expr {
        let value = self.narrowed();
        if value.fits_64_bits() {
            return value;
        }
        let (data_type, place, nullable) = (value.data_type, value.place, value.nullable);
        let template = format!("CAST({{0}} AS {})", data_type.physical(true));
        Expr::scalar("CAST", template, vec![value], data_type)
            .narrow()
            .nullable(nullable)
            .at(place)
    }
}

/// Two expressions are the same however their values are held.
impl PartialEq for Expr {
    fn eq(&self, other: &Self) -> bool {
        let (a, b) = (self.bare(), other.bare());
        a.data_type == b.data_type
            && a.narrow == b.narrow
            && a.nullable == b.nullable
            && a.kind == b.kind
    }
}
