using AudioOrleans.Persistence.Audit;

namespace AudioOrleans.Persistence.Tests.Audit;

public sealed class AuditTableTests(TestDatabase test) : IClassFixture<TestDatabase>
{
    private static readonly DateTime Noon = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);

    private readonly AuditTable _table = new(test.Database);
    private readonly Guid _actor = Guid.NewGuid();

    [Fact]
    public async Task An_entry_is_read_back_as_written()
    {
        var entry = await AddAsync(Noon, detail: "name, genre");
        Assert.Equal(entry, Assert.Single(await ListAsync()));
    }

    [Fact]
    public async Task Entries_are_listed_newest_first_and_pages_follow_without_gaps()
    {
        var entries = new List<AuditRow>();
        // Some have the same time: their ids decide the order.
        foreach (var seconds in new[] { 0, 1, 1, 1, 2 })
            entries.Add(await AddAsync(Noon.AddSeconds(seconds)));
        var seen = new List<AuditRow>();
        for (IReadOnlyList<AuditRow> page = await ListAsync(limit: 2); page.Count > 0; page = await ListAsync(limit: 2, after: (page[^1].At, page[^1].EntryId)))
            seen.AddRange(page);
        Assert.Equal(entries.Select(entry => entry.EntryId).Order(), seen.Select(entry => entry.EntryId).Order());
        Assert.Equal(seen.Select(entry => entry.At).OrderDescending(), seen.Select(entry => entry.At));
    }

    [Fact]
    public async Task Filters_select_matching_entries()
    {
        var mine = await AddAsync(Noon, resource: "stream/a", action: "streams.update");
        await AddAsync(Noon, resource: "stream/b", action: "streams.delete");
        Assert.Equal([mine], await _table.ListAsync(_actor, "stream/a", null, null, 10, CancellationToken.None));
        Assert.Equal([mine], await _table.ListAsync(_actor, null, "streams.update", null, 10, CancellationToken.None));
        Assert.Empty(await _table.ListAsync(_actor, "stream/b", "streams.update", null, 10, CancellationToken.None));
        Assert.Empty(await _table.ListAsync(Guid.NewGuid(), null, null, null, 10, CancellationToken.None));
    }

    [Fact]
    public async Task The_oldest_entries_are_deleted_first_in_batches()
    {
        var longAgo = Noon.AddYears(-10);
        for (var i = 0; i < 3; i++)
            await AddAsync(longAgo.AddSeconds(i));
        var kept = await AddAsync(Noon);
        Assert.Equal(2, await _table.DeleteBeforeAsync(longAgo.AddDays(1), 2, CancellationToken.None));
        Assert.Equal(longAgo.AddSeconds(2), (await ListAsync())[^1].At);
        Assert.Equal(1, await _table.DeleteBeforeAsync(longAgo.AddDays(1), 2, CancellationToken.None));
        Assert.Equal([kept], await ListAsync());
    }

    private Task<IReadOnlyList<AuditRow>> ListAsync(int limit = 100, (DateTime, Guid)? after = null) =>
        _table.ListAsync(_actor, null, null, after, limit, CancellationToken.None);

    private async Task<AuditRow> AddAsync(DateTime at, string resource = "stream/a", string action = "streams.update", string? detail = null)
    {
        var entry = new AuditRow(Guid.CreateVersion7(at), at, _actor, "account", action, resource, detail, "127.0.0.1", "request-1");
        await test.Database.InTransactionAsync(transaction => AuditTable.AddAsync(transaction, entry, CancellationToken.None));
        return entry;
    }
}
