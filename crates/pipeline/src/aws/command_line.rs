//! AWS CLI calls. In: what has to be set up. Out: a shell script that can be run again.

use super::{AwsSide, role_name};
use std::fmt::Write;

pub(super) fn write(side: &AwsSide) -> String {
    let mut text =
        String::from("# needs the AWS CLI and jq; running it again changes nothing\nset -eu\n");
    // Writing to a String cannot fail.
    for role in &side.roles {
        let name = quoted(role_name(&role.role_arn));
        let (trust, access) = (
            quoted(&pretty(&role.trust_policy)),
            quoted(&pretty(&role.access_policy)),
        );
        _ = write!(
            text,
            "\n# storage integration {}: {}\n\
             aws iam update-assume-role-policy --role-name {name} --policy-document {trust}\n\
             aws iam put-role-policy --role-name {name} --policy-name snowmelt-access --policy-document {access}\n",
            role.integration, role.role_arn
        );
    }
    for notification in &side.notifications {
        let bucket = quoted(&notification.bucket);
        let ours = quoted(&notification.document().to_string());
        // A bucket has one notification document; what others have put there stays. Where there is none, the CLI says nothing.
        _ = write!(
            text,
            "\n# bucket {}: events of its pipes, beside those that are there\n\
             merged=$(aws s3api get-bucket-notification-configuration --bucket {bucket} | jq -n --argjson ours {ours} \\\n  \
             '(input? // {{}}) | .QueueConfigurations = ([.QueueConfigurations[]? | select(.Id | startswith(\"snowmelt-\") | not)] + $ours.QueueConfigurations)')\n\
             aws s3api put-bucket-notification-configuration --bucket {bucket} --notification-configuration \"$merged\"\n",
            notification.bucket
        );
    }
    text
}

fn pretty(document: &serde_json::Value) -> String {
    format!("{document:#}")
}

/// In single quotes for a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}
