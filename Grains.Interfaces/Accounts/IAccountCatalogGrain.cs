namespace AudioOrleans.Grains.Interfaces.Accounts;

/// <summary>Lists of accounts, for admins. A stateless worker: key <see cref="GrainKeys.Shared"/>.</summary>
[Alias("audio.accounts.IAccountCatalogGrain")]
public interface IAccountCatalogGrain : IGrainWithStringKey
{
    /// <summary>All accounts, newest first.</summary>
    /// <param name="email">Only the account with this normalised address; null for all.</param>
    /// <param name="page">Which page.</param>
    /// <exception cref="AudioException">Invalid: the cursor is not one of ours.</exception>
    [Alias("List")]
    Task<Page<AccountListItem>> List(Secret? email, PageRequest page);
}
