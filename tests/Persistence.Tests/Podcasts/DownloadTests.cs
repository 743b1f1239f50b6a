using AudioOrleans.Persistence.Podcasts;

namespace AudioOrleans.Persistence.Tests.Podcasts;

/// <summary>When sent bytes are a download.</summary>
public sealed class DownloadTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const long Needed = 1000;
    private static readonly DateTime Start = new(2026, 5, 1, 23, 0, 0, DateTimeKind.Utc);

    private readonly DownloadTable _table = new(database.Database);
    private readonly Guid _podcastId = Guid.NewGuid();
    private readonly Guid _episodeId = Guid.NewGuid();

    [Fact]
    public async Task Enough_bytes_at_once_are_a_download()
    {
        await SendAsync(Needed - 1, listener: 1);
        Assert.Equal(0, await CountAsync());
        await SendAsync(Needed, listener: 2);
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task Parts_of_one_listener_add_up_and_count_once()
    {
        await SendAsync(400, listener: 1);
        await SendAsync(400, listener: 2);
        await SendAsync(599, listener: 1);
        Assert.Equal(0, await CountAsync());
        await SendAsync(1, listener: 1);
        Assert.Equal(1, await CountAsync());
        await SendAsync(5000, listener: 1);
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task The_window_of_a_day_rolls_and_does_not_end_at_midnight()
    {
        await SendAsync(Needed, 1, Start);
        await SendAsync(Needed, 1, Start.AddHours(2)); // The next day.
        await SendAsync(Needed, 1, Start.AddHours(24).AddSeconds(-1));
        Assert.Equal(1, await CountAsync());
        await SendAsync(Needed, 1, Start.AddHours(24));
        Assert.Equal(2, await CountAsync());
        await SendAsync(Needed, 1, Start.AddHours(47));
        Assert.Equal(2, await CountAsync());
        Assert.Equal([new DateOnly(2026, 5, 1), new DateOnly(2026, 5, 2)], (await RowsAsync()).Select(row => row.Day));
    }

    [Fact]
    public async Task Parts_of_more_than_a_day_do_not_add_up()
    {
        await SendAsync(900, 1, Start);
        await SendAsync(900, 1, Start.AddHours(24));
        Assert.Equal(0, await CountAsync());
        await SendAsync(100, 1, Start.AddHours(25));
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task A_batch_that_is_sent_twice_counts_once()
    {
        var batch = Guid.NewGuid();
        await SendAsync(600, 1, batch: batch);
        await SendAsync(600, 1, batch: batch);
        Assert.Equal(0, await CountAsync());
        await SendAsync(400, 1);
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task Batches_of_many_gateways_at_once_lose_nothing_and_count_nobody_twice()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 200), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, cancellationToken) =>
        {
            // Each listener sends four quarters, in any order, and one more of each quarter.
            var listeners = Enumerable.Range(0, 10).Select(n => (byte)((n + i) % 10)).Distinct();
            await _table.CountAsync(Guid.NewGuid(), [.. listeners.Select(listener => Bytes(Needed / 4, listener, Start))], Start, cancellationToken);
        });
        Assert.Equal(10, await CountAsync());
    }

    [Fact]
    public async Task Apps_and_days_are_counted_apart_and_old_listeners_are_deleted()
    {
        await _table.CountAsync(
            Guid.NewGuid(), [Bytes(Needed, 1, Start, "Overcast"), Bytes(Needed, 2, Start, "Overcast"), Bytes(Needed, 3, Start, "AntennaPod"), Bytes(Needed, 4, Start.AddHours(2), "Overcast")],
            Start, CancellationToken.None);
        Assert.Equal(
            [("AntennaPod", 1, 1L), ("Overcast", 1, 2L), ("Overcast", 2, 1L)], (await RowsAsync()).OrderBy(row => row.App).ThenBy(row => row.Day).Select(row => (row.App, row.Day.Day, row.Downloads)));
        while (await _table.DeleteBeforeAsync(Start.AddHours(1), 1, CancellationToken.None) > 0)
        {
        }
        // Whoever is forgotten counts anew; the counts stay.
        await SendAsync(Needed, 1, Start.AddHours(1));
        await SendAsync(Needed, 4, Start.AddHours(3));
        Assert.Equal(5, await CountAsync());
    }

    private Task SendAsync(long bytes, byte listener, DateTime? at = null, Guid? batch = null) =>
        _table.CountAsync(batch ?? Guid.NewGuid(), [Bytes(bytes, listener, at ?? Start)], at ?? Start, CancellationToken.None);

    private ListenerBytes Bytes(long bytes, byte listener, DateTime at, string app = "App") => new(_podcastId, _episodeId, [listener], app, bytes, Needed, at);

    private async Task<IReadOnlyList<DownloadRow>> RowsAsync() => await _table.ListAsync(_podcastId, new DateOnly(2026, 4, 1), new DateOnly(2026, 6, 1), CancellationToken.None);

    private async Task<long> CountAsync() => (await RowsAsync()).Sum(row => row.Downloads);
}
