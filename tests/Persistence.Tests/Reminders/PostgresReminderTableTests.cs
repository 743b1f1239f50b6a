using AudioOrleans.Persistence.Reminders;
using Dapper;

namespace AudioOrleans.Persistence.Tests.Reminders;

public sealed class PostgresReminderTableTests(TestDatabase test) : IClassFixture<TestDatabase>
{
    private static readonly DateTime Start = new(2026, 3, 4, 5, 6, 7, 890, DateTimeKind.Utc);
    private readonly PostgresReminderTable _table = new(test.Database);
    private readonly GrainId _grain = GrainId.Create("podcast", "p" + Guid.NewGuid().ToString("N"));

    [Fact]
    public async Task A_reminder_is_read_back_as_written()
    {
        var etag = await _table.UpsertRow(Entry("refresh"));
        var read = await _table.ReadRow(_grain, "refresh");
        Assert.NotNull(read);
        Assert.Equal(
            (_grain, "refresh", Start, TimeSpan.FromMinutes(90), etag),
            (read.GrainId, read.ReminderName, read.StartAt, read.Period, read.ETag));
        Assert.Equal(DateTimeKind.Utc, read.StartAt.Kind);
        Assert.Null(await _table.ReadRow(_grain, "Refresh"));
        Assert.Null(await _table.ReadRow(GrainId.Create("other", _grain.Key.ToString()!), "refresh"));
    }

    [Fact]
    public async Task An_update_returns_a_new_etag_and_only_that_etag_removes_the_row()
    {
        var first = await _table.UpsertRow(Entry("refresh"));
        var changed = Entry("refresh");
        changed.Period = TimeSpan.FromDays(40);
        var second = await _table.UpsertRow(changed);
        Assert.NotEqual(first, second);
        Assert.Equal(TimeSpan.FromDays(40), (await _table.ReadRow(_grain, "refresh"))!.Period);

        Assert.False(await _table.RemoveRow(_grain, "refresh", first!));
        Assert.False(await _table.RemoveRow(_grain, "refresh", "no number"));
        Assert.NotNull(await _table.ReadRow(_grain, "refresh"));
        Assert.True(await _table.RemoveRow(_grain, "refresh", second!));
        Assert.False(await _table.RemoveRow(_grain, "refresh", second!));
        Assert.Null(await _table.ReadRow(_grain, "refresh"));
    }

    [Fact]
    public async Task All_reminders_of_a_grain_are_read_together()
    {
        await _table.UpsertRow(Entry("a"));
        await _table.UpsertRow(Entry("b"));
        var rows = await _table.ReadRows(_grain);
        Assert.Equal(["a", "b"], rows.Reminders.Select(row => row.ReminderName).Order());
        Assert.Empty((await _table.ReadRows(GrainId.Create("podcast", "p-none"))).Reminders);
    }

    [Fact]
    public async Task Ranges_of_the_ring_exclude_their_start_and_wrap_around()
    {
        // No grain has a hash exactly at a limit by chance, so the rows are written directly.
        await using var database = new AudioDatabase(test.ConnectionString);
        var prefix = "h" + Guid.NewGuid().ToString("N");
        foreach (var hash in new[] { 0u, 1u, 1000u, 1001u, 2000u, 2001u, uint.MaxValue })
        {
            await database.RunAsync(connection => connection.ExecuteAsync(
                """
                INSERT INTO reminders (grain_type, grain_key, name, start_at, period, grain_hash)
                VALUES ('ring', @Key, 'r', now(), '1 hour', @Hash)
                """,
                new { Key = $"{prefix}-{hash}", Hash = (long)hash }));
        }

        Assert.Equal([1001, 2000], await HashesAsync(1000, 2000));
        Assert.Equal([0, 1, 1000, 2001, uint.MaxValue], await HashesAsync(2000, 1000));
        Assert.Equal([1, 1000], await HashesAsync(0, 1000));
        Assert.Equal(7, (await HashesAsync(0, 0)).Count);
        Assert.Equal(7, (await HashesAsync(1000, 1000)).Count);
        Assert.Equal([uint.MaxValue, 0], (await HashesAsync(uint.MaxValue - 1, 0)).OrderDescending());

        async Task<List<long>> HashesAsync(uint begin, uint end) =>
            [.. (await _table.ReadRows(begin, end)).Reminders.Select(row => row.GrainId.Key.ToString()!)
                .Where(key => key.StartsWith(prefix, StringComparison.Ordinal))
                .Select(key => long.Parse(key[(prefix.Length + 1)..], null)).Order()];
    }

    [Fact]
    public async Task A_reminder_is_found_in_the_range_of_its_grain()
    {
        await _table.UpsertRow(Entry("refresh"));
        var hash = _grain.GetUniformHashCode();
        Assert.Contains((await _table.ReadRows(hash - 1, hash)).Reminders, row => row.GrainId == _grain);
        Assert.DoesNotContain((await _table.ReadRows(hash, hash + 1)).Reminders, row => row.GrainId == _grain);
    }

    private ReminderEntry Entry(string name) =>
        new() { GrainId = _grain, ReminderName = name, StartAt = Start, Period = TimeSpan.FromMinutes(90) };
}
