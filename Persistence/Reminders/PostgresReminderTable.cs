using System.Globalization;
using Dapper;

namespace AudioOrleans.Persistence.Reminders;

/// <summary>Stores reminders as rows of <c>reminders</c>. Times are stored to the microsecond.</summary>
public sealed class PostgresReminderTable(AudioDatabase database) : IReminderTable
{
    private const string Columns = "SELECT grain_type, grain_key, name, start_at, period, etag FROM reminders";

    /// <summary>Nothing to do: the migrations create the table.</summary>
    public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    /// <inheritdoc />
    [Obsolete("Implement and use StartAsync instead")]
    public Task Init() => StartAsync();

    /// <summary>Nothing to do: the database is not owned by this class.</summary>
    public Task StopAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    /// <inheritdoc />
    public Task<ReminderTableData> ReadRows(GrainId grainId) =>
        ReadAsync($"{Columns} WHERE grain_type = @Type AND grain_key = @Key", Parts(grainId));

    /// <inheritdoc />
    public Task<ReminderTableData> ReadRows(uint begin, uint end)
    {
        // The range (begin, end] of a ring: it wraps around, and is the whole ring if both are equal.
        var range = begin < end ? "grain_hash > @Begin AND grain_hash <= @End" : "(grain_hash > @Begin OR grain_hash <= @End)";
        return ReadAsync($"{Columns} WHERE {range}", new { Begin = (long)begin, End = (long)end });
    }

    /// <inheritdoc />
    public async Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName)
    {
        var rows = await ReadAsync(
            $"{Columns} WHERE grain_type = @Type AND grain_key = @Key AND name = @Name", Parts(grainId, reminderName));
        return rows.Reminders.SingleOrDefault();
    }

    /// <inheritdoc />
    public async Task<string?> UpsertRow(ReminderEntry entry)
    {
        var parameters = Parts(entry.GrainId, entry.ReminderName);
        parameters.Add("StartAt", DateTime.SpecifyKind(entry.StartAt, DateTimeKind.Utc));
        parameters.Add("Period", entry.Period);
        parameters.Add("Hash", (long)entry.GrainId.GetUniformHashCode());
        const string Sql =
            """
            INSERT INTO reminders (grain_type, grain_key, name, start_at, period, grain_hash)
            VALUES (@Type, @Key, @Name, @StartAt, @Period, @Hash)
            ON CONFLICT (grain_type, grain_key, name)
            DO UPDATE SET start_at = excluded.start_at, period = excluded.period, grain_hash = excluded.grain_hash, etag = excluded.etag
            RETURNING etag
            """;
        var etag = await database.RunAsync(connection => connection.ExecuteScalarAsync<long>(Sql, parameters));
        return Etag(etag);
    }

    /// <inheritdoc />
    public async Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag)
    {
        if (!long.TryParse(eTag, NumberStyles.None, CultureInfo.InvariantCulture, out var etag))
            return false;
        var parameters = Parts(grainId, reminderName);
        parameters.Add("Etag", etag);
        const string Sql = "DELETE FROM reminders WHERE grain_type = @Type AND grain_key = @Key AND name = @Name AND etag = @Etag";
        return await database.RunAsync(connection => connection.ExecuteAsync(Sql, parameters)) > 0;
    }

    /// <inheritdoc />
    public Task TestOnlyClearTable() => database.RunAsync(connection => connection.ExecuteAsync("DELETE FROM reminders"));

    private static DynamicParameters Parts(GrainId grainId, string? name = null)
    {
        var parameters = new DynamicParameters();
        parameters.Add("Type", grainId.Type.ToString());
        parameters.Add("Key", grainId.Key.ToString());
        parameters.Add("Name", name);
        return parameters;
    }

    private static string Etag(long etag) => etag.ToString(CultureInfo.InvariantCulture);

    private async Task<ReminderTableData> ReadAsync(string sql, object parameters)
    {
        var rows = await database.RunAsync(connection => connection.QueryAsync<StoredReminder>(sql, parameters));
        return new ReminderTableData(rows.Select(row => new ReminderEntry
        {
            GrainId = GrainId.Create(row.GrainType, row.GrainKey),
            ReminderName = row.Name,
            StartAt = row.StartAt,
            Period = row.Period,
            ETag = Etag(row.Etag),
        }));
    }

    private sealed record StoredReminder(string GrainType, string GrainKey, string Name, DateTime StartAt, TimeSpan Period, long Etag);
}
