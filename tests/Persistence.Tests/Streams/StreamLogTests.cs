using AudioOrleans.Persistence.Migrations;
using AudioOrleans.Persistence.Streams;
using AudioOrleans.Testing;

namespace AudioOrleans.Persistence.Tests.Streams;

public sealed class StreamLogTests
{
    [Fact]
    public async Task History_and_timeline_go_back_as_far_as_their_retention()
    {
        await using var database = new AudioDatabase(await PostgresServer.NewDatabaseAsync());
        await new Migrator(database).ApplyAsync();
        var (tables, id) = (new StreamTables(database), Guid.NewGuid());
        var now = new DateTime(2026, 11, 29, 12, 0, 0, DateTimeKind.Utc);
        var stream = new StreamRow
        {
            StreamId = id, OwnerId = id, Name = "One", Genre = "", Description = "", Visibility = "public", Monetized = false, Enabled = true, CreatedAt = now,
        };
        await database.InTransactionAsync(transaction => StreamTables.WriteAsync(transaction, stream, CancellationToken.None));
        await AppendAsync(now - StreamTables.HistoryRetention - TimeSpan.FromDays(1), "too old", now - StreamTables.TimelineRetention - TimeSpan.FromDays(1), "too old");
        await AppendAsync(now - StreamTables.HistoryRetention + TimeSpan.FromDays(1), "old", now - StreamTables.TimelineRetention + TimeSpan.FromDays(1), "old");
        await AppendAsync(now, "new", now, "new");
        Assert.Equal(["new", "old"], (await tables.ListTracksAsync(id, null, 10, CancellationToken.None)).Select(track => track.Title));
        Assert.Equal(["new", "old"], (await tables.ListTimelineAsync(id, null, 10, CancellationToken.None)).Select(entry => entry.Kind));

        Task AppendAsync(DateTime startedAt, string title, DateTime at, string kind) => database.InTransactionAsync(transaction => StreamTables.AppendAsync(
            transaction, new AppendStreamLog(id, [new TrackRow(startedAt, title)], [new TimelineRow(at, kind, null)]), CancellationToken.None));
    }
}
