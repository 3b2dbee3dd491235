//! Terraform. In: what has to be set up. Out: resources of the AWS provider.

use super::{AwsSide, role_name, role_path};
use std::fmt::Write;

pub(super) fn write(side: &AwsSide) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    for role in &side.roles {
        let label = label(&role.integration);
        _ = write!(
            text,
            "# storage integration {}\n\
             resource \"aws_iam_role\" \"{label}\" {{\n  name               = {}\n  path               = {}\n  assume_role_policy = jsonencode({})\n}}\n\n\
             resource \"aws_iam_role_policy\" \"{label}_access\" {{\n  name   = \"snowmelt-access\"\n  \
             role   = aws_iam_role.{label}.name\n  policy = jsonencode({})\n}}\n\n",
            role.integration,
            quoted(role_name(&role.role_arn)),
            quoted(role_path(&role.role_arn)),
            document(&role.trust_policy),
            document(&role.access_policy)
        );
    }
    for notification in &side.notifications {
        _ = write!(
            text,
            "# a bucket has one such resource: add its blocks to yours if there is one\n\
             resource \"aws_s3_bucket_notification\" \"{}\" {{\n  bucket = {}\n",
            label(&notification.bucket),
            quoted(&notification.bucket)
        );
        for prefix in &notification.prefixes {
            _ = write!(
                text,
                "\n  queue {{\n    queue_arn     = {}\n    events        = [\"s3:ObjectCreated:*\"]\n    filter_prefix = {}\n  }}\n",
                quoted(&notification.queue_arn),
                quoted(prefix)
            );
        }
        text.push_str("}\n\n");
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// A JSON document is an HCL expression but for `${`.
fn document(document: &serde_json::Value) -> String {
    format!("{document:#}")
        .replace("${", "$${")
        .replace('\n', "\n  ")
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text)
        .to_string()
        .replace("${", "$${")
}

/// A name that Terraform takes.
fn label(name: &str) -> String {
    name.to_lowercase()
        .chars()
        .map(|character| match character.is_ascii_alphanumeric() {
            true => character,
            false => '_',
        })
        .collect()
}
