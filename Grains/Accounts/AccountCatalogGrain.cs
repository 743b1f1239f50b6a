using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Accounts;
using AudioOrleans.Persistence.Accounts;

namespace AudioOrleans.Grains.Accounts;

/// <inheritdoc cref="IAccountCatalogGrain"/>
[StatelessWorker, GrainType("account-catalog")]
public sealed class AccountCatalogGrain(AccountTable accounts) : Grain, IAccountCatalogGrain
{
    /// <inheritdoc/>
    public async Task<Page<AccountListItem>> List(Secret? email, PageRequest page)
    {
        var after = Cursor.ParseTimeAndId(page.Cursor);
        var rows = await accounts.ListAsync(email?.Value, after, page.Limit + 1, CancellationToken.None);
        return Cursor.Paginate(rows, page.Limit, ToItem, row => Cursor.Format(row.CreatedAt.Ticks, row.UserId));
    }

    private static AccountListItem ToItem(AccountRow row) => new(
        row.UserId, row.Email, row.Name, Enum.Parse<AccountRole>(row.Role, ignoreCase: true), row.CreatedAt, row.EmailVerified, row.Disabled);
}
