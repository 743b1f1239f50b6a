using Audio.Orleans.Contracts;
using Audio.Orleans.Persistence.Accounts;
using Audio.Orleans.Persistence.GrainStates;
using Npgsql;

namespace Audio.Orleans.Grains.Accounts;

/// <summary>Keeps the table of accounts in step with their states; its unique address is what makes addresses unique.</summary>
public sealed class AccountProjection : IStateProjection<AccountState>
{
    /// <inheritdoc/>
    public async ValueTask ProjectAsync(GrainId grain, AccountState state, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(state);
        await AccountTable.WriteAsync(
            transaction,
            new AccountRow(IdOf(grain), state.Email, state.Name, state.Role.ToString().ToLowerInvariant(), state.CreatedAt.UtcDateTime),
            cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask RemoveAsync(GrainId grain, NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        await AccountTable.RemoveAsync(transaction, IdOf(grain), cancellationToken);

    private static Guid IdOf(GrainId grain) => GrainKeys.ParseId(grain.Key.ToString()!);
}
