use instant_acme::{Account, NewAccount};

use crate::client::AcmeClient;
use crate::error::OrderError;
use crate::settings::AcmeSettings;
use crate::store::{AcmeStore, KeptAccount};

/// The kept account, or a new one if none is kept.
pub(crate) async fn account(
    settings: &AcmeSettings,
    client: &AcmeClient,
    store: &AcmeStore,
) -> Result<Account, OrderError> {
    let Some(KeptAccount { email, credentials }) = store.account() else {
        return register(settings, client, store).await;
    };
    let builder = Account::builder_with_http(Box::new(client.clone()));
    let account = match builder.from_credentials(credentials).await {
        Err(error @ instant_acme::Error::KeyRejected) => {
            tracing::warn!(%error, "the account that is kept cannot be used; another one is made");
            return register(settings, client, store).await;
        }
        account => account?,
    };
    if email != settings.email {
        update_contacts(&account, settings, store).await?;
    }
    Ok(account)
}

/// Makes an account, and keeps it. This agrees to the terms of the authority.
pub(crate) async fn register(
    settings: &AcmeSettings,
    client: &AcmeClient,
    store: &AcmeStore,
) -> Result<Account, OrderError> {
    store.check().map_err(OrderError::NotKept)?;
    let contacts = contacts(settings);
    let contacts: Vec<&str> = contacts.iter().map(String::as_str).collect();
    let account = NewAccount {
        contact: &contacts,
        terms_of_service_agreed: true,
        only_return_existing: false,
    };
    let builder = Account::builder_with_http(Box::new(client.clone()));
    let directory = settings.directory.clone();
    let (account, credentials) = builder.create(&account, directory, None).await?;
    let kept = KeptAccount {
        email: settings.email.clone(),
        credentials,
    };
    store.keep_account(&kept).map_err(OrderError::NotKept)?;
    tracing::info!(
        directory = settings.directory,
        "account made at the authority"
    );
    Ok(account)
}

async fn update_contacts(
    account: &Account,
    settings: &AcmeSettings,
    store: &AcmeStore,
) -> Result<(), OrderError> {
    let contacts = contacts(settings);
    let contacts: Vec<&str> = contacts.iter().map(String::as_str).collect();
    account.update_contacts(&contacts).await?;
    // The credentials have no copies, so they are read again.
    if let Some(kept) = store.account() {
        let email = settings.email.clone();
        let kept = KeptAccount { email, ..kept };
        store.keep_account(&kept).map_err(OrderError::NotKept)?;
    }
    tracing::info!("email address changed at the authority");
    Ok(())
}

/// As URLs (RFC 8555, section 7.1.2).
fn contacts(settings: &AcmeSettings) -> Option<String> {
    settings
        .email
        .as_ref()
        .map(|email| format!("mailto:{email}"))
}
