//! What emitted code says to have the traits of serde, and nothing where the feature `serde` is off.
//!
//! A macro of this crate knows its features, wherever emitted code was put: that may be a module of
//! a crate without features.

/// Expands to its items with the feature `serde`.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! with_serde {
    ($($items:item)*) => { $($items)* };
}

/// Expands to its items with the feature `serde`.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! with_serde {
    ($($items:tt)*) => {};
}

/// Implements the traits of serde for models.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! serde_models {
    ($($name:ty),* $(,)?) => { $(
        impl $crate::json::saved::Serialize for $name {
            fn serialize<S: $crate::json::saved::Serializer>(
                &self,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                $crate::json::saved::serialize(self, serializer)
            }
        }

        impl<'de> $crate::json::saved::Deserialize<'de> for $name {
            fn deserialize<D: $crate::json::saved::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Self, D::Error> {
                $crate::json::saved::deserialize(deserializer)
            }
        }
    )* };
}

/// Implements the traits of serde for enumerations of texts.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! serde_enums {
    ($($name:ty),* $(,)?) => { $(
        impl $crate::json::saved::Serialize for $name {
            fn serialize<S: $crate::json::saved::Serializer>(
                &self,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> $crate::json::saved::Deserialize<'de> for $name {
            fn deserialize<D: $crate::json::saved::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Self, D::Error> {
                $crate::json::saved::deserialize(deserializer).map(|text: String| Self::from(&*text))
            }
        }
    )* };
}

/// Implements the traits of serde for enumerations of texts.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! serde_enums {
    ($($name:tt)*) => {};
}
