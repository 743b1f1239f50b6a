using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orleans.Storage;

namespace AudioOrleans.Persistence.GrainStates;

/// <summary>
/// Stores each state of a grain as a row of <c>grain_state</c>; the etag is the row's version. The transaction that writes it also writes
/// its guards and read models (<see cref="IStateProjection{TState}"/>), then its effects (<see cref="IStateEffect"/>), and then runs the interceptors
/// (<see cref="IWriteInterceptor"/>).
/// </summary>
/// <remarks>
/// A write that fails with <see cref="DatabaseUnavailableException"/> may have been committed: the next one then throws an
/// <see cref="InconsistentStateException"/>, after which the grain reads the state again.
/// </remarks>
public sealed class PostgresGrainStorage(AudioDatabase database, IServiceProvider services) : IGrainStorage
{
    private const string Row = "grain_type = @Type AND grain_key = @Key AND state_name = @Name";

    /// <inheritdoc />
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ReadStateAsync(stateName, grainId, grainState, CancellationToken.None);

    /// <inheritdoc />
    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        WriteStateAsync(stateName, grainId, grainState, [], CancellationToken.None);

    /// <inheritdoc />
    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ClearStateAsync(stateName, grainId, grainState, [], CancellationToken.None);

    /// <summary>Reads the row; without a row the state is a new <typeparamref name="T"/> and its etag null.</summary>
    public async Task ReadStateAsync<T>(
        string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        var row = await database.RunAsync(
            connection => connection.QuerySingleOrDefaultAsync<StoredState>(new CommandDefinition(
                $"SELECT state::text AS state, version FROM grain_state WHERE {Row}", Key(stateName, grainId),
                cancellationToken: cancellationToken)),
            cancellationToken);
        var state = row is null ? default : JsonSerializer.Deserialize<T>(row.State, StateJson.Options);
        grainState.State = state ?? Activator.CreateInstance<T>();
        grainState.ETag = row is null ? null : Etag(row.Version);
        grainState.RecordExists = row is not null;
    }

    /// <summary>Reads the states of many grains of one type with one query, by key; grains without a state are omitted.</summary>
    public async Task<IReadOnlyDictionary<string, T>> ReadManyAsync<T>(
        string stateName, string grainType, IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        if (keys.Count == 0)
            return ImmutableDictionary<string, T>.Empty;
        var rows = await database.RunAsync(
            connection => connection.QueryAsync<(string Key, string State)>(new CommandDefinition(
                "SELECT grain_key, state::text FROM grain_state WHERE grain_type = @grainType AND state_name = @stateName AND grain_key = ANY(@keys)",
                new { stateName, grainType, keys = keys.ToArray() }, cancellationToken: cancellationToken)),
            cancellationToken);
        return rows.ToDictionary(row => row.Key, row => JsonSerializer.Deserialize<T>(row.State, StateJson.Options)!);
    }

    /// <summary>Writes the row if its version equals the state's etag; a null etag requires that there is no row.</summary>
    /// <exception cref="InconsistentStateException">The row has a different version.</exception>
    public async Task WriteStateAsync<T>(
        string stateName, GrainId grainId, IGrainState<T> grainState, IReadOnlyList<IStateEffect> effects, CancellationToken cancellationToken)
    {
        var key = Key(stateName, grainId);
        key.Add("State", JsonSerializer.Serialize(grainState.State, StateJson.Options));
        var sql = grainState.ETag is null
            ? """
              INSERT INTO grain_state (grain_type, grain_key, state_name, state)
              VALUES (@Type, @Key, @Name, @State::jsonb) ON CONFLICT DO NOTHING RETURNING version
              """
            : $"""
              UPDATE grain_state SET state = @State::jsonb, version = nextval('row_version'), updated_at = now()
              WHERE {Row} AND version = @Expected RETURNING version
              """;
        var version = await ChangeAsync<T>(
            sql, grainId, key, grainState.ETag, effects,
            (projection, transaction) => projection.ProjectAsync(grainId, grainState.State!, transaction, cancellationToken), cancellationToken);
        grainState.ETag = Etag(version ?? throw await ConflictAsync(stateName, grainId, grainState.ETag, cancellationToken));
        grainState.RecordExists = true;
    }

    /// <summary>Deletes the row if its version equals the state's etag; a null etag requires that there is no row.</summary>
    /// <exception cref="InconsistentStateException">The row has a different version.</exception>
    public async Task ClearStateAsync<T>(
        string stateName, GrainId grainId, IGrainState<T> grainState, IReadOnlyList<IStateEffect> effects, CancellationToken cancellationToken)
    {
        var version = grainState.ETag is null ? null : await ChangeAsync<T>(
            $"DELETE FROM grain_state WHERE {Row} AND version = @Expected RETURNING version", grainId, Key(stateName, grainId), grainState.ETag,
            effects, (projection, transaction) => projection.RemoveAsync(grainId, transaction, cancellationToken), cancellationToken);
        if (version is null && await FindVersionAsync(stateName, grainId, cancellationToken) is var stored
            && (stored is not null || grainState.ETag is not null))
        {
            throw Conflict(stateName, grainId, stored, grainState.ETag);
        }

        grainState.State = Activator.CreateInstance<T>();
        grainState.ETag = null;
        grainState.RecordExists = false;
    }

    private static DynamicParameters Key(string stateName, GrainId grainId)
    {
        var parameters = new DynamicParameters();
        parameters.Add("Type", grainId.Type.ToString());
        parameters.Add("Key", grainId.Key.ToString());
        parameters.Add("Name", stateName);
        return parameters;
    }

    private static string Etag(long version) => version.ToString(CultureInfo.InvariantCulture);

    private static InconsistentStateException Conflict(string stateName, GrainId grainId, long? stored, string? expected) => new(
        $"The state '{stateName}' of {grainId} was changed by another writer.", stored is null ? null : Etag(stored.Value), expected);

    // A single statement that changes the row at its expected version, or nothing; null in the latter case.
    private async Task<long?> ChangeAsync<T>(
        string sql, GrainId grainId, DynamicParameters key, string? etag, IReadOnlyList<IStateEffect> effects,
        Func<IStateProjection<T>, NpgsqlTransaction, ValueTask> project, CancellationToken cancellationToken)
    {
        // An etag that is not a number is not ours: no row can have it.
        key.Add("Expected", long.TryParse(etag, NumberStyles.None, CultureInfo.InvariantCulture, out var expected) ? expected : -1);
        var projections = services.GetServices<IStateProjection<T>>().ToList();
        var interceptors = services.GetServices<IWriteInterceptor>().Where(interceptor => interceptor.HasWork).ToList();
        if (projections.Count == 0 && effects.Count == 0 && interceptors.Count == 0)
        {
            // A single statement is its own transaction: that saves a round trip.
            return await database.RunAsync(connection => ExecuteAsync(connection, null), cancellationToken);
        }

        return await database.InTransactionAsync(
            async transaction =>
            {
                var version = await ExecuteAsync(transaction.Connection!, transaction);
                if (version is null)
                    return null;
                var write = new StateWrite(grainId, transaction, services, cancellationToken);
                foreach (var guard in effects.Where(effect => effect.IsGuard))
                    await guard.ApplyAsync(write);
                foreach (var projection in projections)
                    await project(projection, transaction);
                foreach (var effect in effects.Where(effect => !effect.IsGuard))
                    await effect.ApplyAsync(write);
                foreach (var interceptor in interceptors)
                    await interceptor.WriteAsync(write);
                return version;
            },
            cancellationToken);

        Task<long?> ExecuteAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction) =>
            connection.ExecuteScalarAsync<long?>(new CommandDefinition(sql, key, transaction, cancellationToken: cancellationToken));
    }

    private async Task<InconsistentStateException> ConflictAsync(
        string stateName, GrainId grainId, string? expected, CancellationToken cancellationToken) =>
        Conflict(stateName, grainId, await FindVersionAsync(stateName, grainId, cancellationToken), expected);

    private Task<long?> FindVersionAsync(string stateName, GrainId grainId, CancellationToken cancellationToken) =>
        database.RunAsync(
            connection => connection.ExecuteScalarAsync<long?>(new CommandDefinition(
                $"SELECT version FROM grain_state WHERE {Row}", Key(stateName, grainId), cancellationToken: cancellationToken)),
            cancellationToken);

    private sealed record StoredState(string State, long Version);
}
