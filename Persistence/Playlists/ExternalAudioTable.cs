using Dapper;
using Npgsql;

namespace AudioOrleans.Persistence.Playlists;

/// <summary>The SQL of external addresses: when they were last requested.</summary>
public sealed class ExternalAudioTable(AudioDatabase database)
{
    /// <summary>Writes when an address was last requested, in the state's transaction.</summary>
    public static Task WriteAsync(NpgsqlTransaction transaction, string grainKey, DateTime wantedAt, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            "insert into external_audio (grain_key, wanted_at) values (@grainKey, @wantedAt) on conflict (grain_key) do update set wanted_at = excluded.wanted_at",
            new { grainKey, wantedAt }, transaction, cancellationToken: cancellationToken));

    /// <summary>Deletes an address's row, in the state's transaction.</summary>
    public static Task RemoveAsync(NpgsqlTransaction transaction, string grainKey, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            "delete from external_audio where grain_key = @grainKey", new { grainKey }, transaction, cancellationToken: cancellationToken));

    /// <summary>The grain keys of addresses that nobody has requested since.</summary>
    public Task<IReadOnlyList<string>> ListUnwantedAsync(DateTime since, int limit, CancellationToken cancellationToken) => database.RunAsync<IReadOnlyList<string>>(
        async connection => (await connection.QueryAsync<string>(new CommandDefinition(
            "select grain_key from external_audio where wanted_at < @since order by wanted_at limit @limit", new { since, limit }, cancellationToken: cancellationToken))).AsList(),
        cancellationToken);
}
