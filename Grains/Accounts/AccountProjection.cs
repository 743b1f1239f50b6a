using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Persistence.Accounts;
using AudioOrleans.Persistence.GrainStates;
using Npgsql;

namespace AudioOrleans.Grains.Accounts;

/// <summary>
/// Updates the account tables with their states. The tables' unique constraints enforce unique addresses and identities.
/// </summary>
public sealed class AccountProjection : IStateProjection<AccountState>
{
    /// <inheritdoc/>
    public async ValueTask ProjectAsync(GrainId grain, AccountState state, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var row = new AccountRow(
            IdOf(grain), state.Email, state.Name, state.Role.ToString().ToLowerInvariant(), state.CreatedAt.UtcDateTime, state.Disabled, state.EmailVerified);
        await AccountTable.WriteAsync(transaction, row, [.. state.Identities.Select(identity => new IdentityRow(identity.Provider, identity.Subject))], cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask RemoveAsync(GrainId grain, NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        await AccountTable.RemoveAsync(transaction, IdOf(grain), cancellationToken);

    private static Guid IdOf(GrainId grain) => GrainKeys.ParseId(grain.Key.ToString()!);
}
