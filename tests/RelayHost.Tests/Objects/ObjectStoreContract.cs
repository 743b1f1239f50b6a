using System.Collections.Concurrent;
using System.Text;
using AudioOrleans.RelayHost.Objects;
using AudioOrleans.Testing;
using Xunit.Abstractions;

namespace AudioOrleans.RelayHost.Tests.Objects;

/// <summary>The behaviour that all object stores share: putting, reading, conditions and what must never be left behind.</summary>
public abstract partial class ObjectStoreContract(ITestOutputHelper output)
{
    protected const string Mp3 = "audio/mpeg";
    protected const int Large = 40 << 20;
    protected static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>An empty store.</summary>
    protected abstract IObjectStore Store { get; }

    /// <summary>The data folder of a host that has this store.</summary>
    protected abstract string DataFolder { get; }

    /// <summary>Whether its objects are files.</summary>
    protected abstract bool LinksObjects { get; }

    /// <summary>How many puts and deletions are enough to show races between them.</summary>
    protected abstract int ConcurrentWrites { get; }

    /// <summary>The settings of a host that has this store.</summary>
    protected abstract string[] Settings { get; }

    /// <summary>Stores that cannot be used, and why.</summary>
    protected abstract IAsyncEnumerable<(IObjectStore Store, string Why)> BrokenStoresAsync();

    /// <summary>How many unfinished objects there are.</summary>
    protected abstract Task<int> CountUnfinishedAsync();

    [Fact]
    public async Task A_put_object_is_found_and_read()
    {
        var before = TimeProvider.System.GetUtcNow();
        var put = await PutAsync("uploads/audio/1/original.mp3", "first");
        Assert.Equal(("uploads/audio/1/original.mp3", 5L), (put.Key, put.Length));
        Assert.InRange(put.ModifiedAt, before.AddSeconds(-2), TimeProvider.System.GetUtcNow().AddSeconds(2));
        Assert.NotEqual("", put.ETag);
        Assert.DoesNotContain('"', put.ETag);
        Assert.Equal(put, await Store.FindAsync(put.Key));
        Assert.Equal([put], await ListAsync(""));
        await using var opened = await Store.OpenAsync(put.Key);
        Assert.Equal(put, opened!.Info);
        Assert.Equal("first", await TextAsync(opened.Content));
    }

    [Fact]
    public async Task An_object_that_was_never_put_is_null()
    {
        Assert.Null(await Store.FindAsync("no/such"));
        Assert.Null(await Store.OpenAsync("no/such"));
        Assert.Null(await Store.OpenAsync("no/such", 10, 10));
        Assert.Null(await Store.OpenAsync("no/such", 0, 0));
        await PutAsync("a/b", "object");
        Assert.Null(await Store.FindAsync("a"));
        Assert.Null(await Store.OpenAsync("a"));
        Assert.Null(await Store.FindAsync("a/b/c"));
        Assert.Null(await Store.OpenAsync("a/b/c"));
        await Store.DeleteAsync("a/b/c");
        Assert.Equal(0, await Store.DeleteAllAsync("a/b/"));
        Assert.Empty(await ListAsync("a/b/"));
        Assert.NotNull(await Store.FindAsync("a/b"));
    }

    [Fact]
    public async Task An_empty_object_is_an_object()
    {
        var put = await PutAsync("empty", "");
        Assert.Equal(0, put.Length);
        foreach (var (offset, length) in new (long, long?)[] { (0, null), (0, 10), (5, null), (5, 5), (0, 0) })
        {
            await using var opened = await Store.OpenAsync("empty", offset, length);
            Assert.Equal(put, opened!.Info);
            Assert.Equal("", await TextAsync(opened.Content));
        }
    }

    [Theory]
    [InlineData(0, null, "0123456789")]
    [InlineData(0, 3L, "012")]
    [InlineData(4, null, "456789")]
    [InlineData(4, 2L, "45")]
    [InlineData(4, 100L, "456789")]
    [InlineData(9, 1L, "9")]
    [InlineData(4, 0L, "")]
    [InlineData(0, 0L, "")]
    [InlineData(10, null, "")]
    [InlineData(10, 5L, "")]
    [InlineData(1000, null, "")]
    [InlineData(1000, 5L, "")]
    [InlineData(4, long.MaxValue, "456789")]
    [InlineData(long.MaxValue, long.MaxValue, "")]
    public async Task A_part_is_read_from_its_offset_for_its_length(long offset, long? length, string expected)
    {
        var put = await PutAsync("digits", "0123456789");
        await using var opened = await Store.OpenAsync("digits", offset, length);
        Assert.Equal(put, opened!.Info);
        Assert.False(opened.Content.CanSeek);
        Assert.Equal(expected, await TextAsync(opened.Content));
    }

    [Fact]
    public async Task Negative_offsets_and_lengths_are_rejected()
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Store.OpenAsync("a", -1));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Store.OpenAsync("a", 0, -1));
    }

    [Fact]
    public async Task Forty_mebibytes_are_read_back_unchanged()
    {
        var put = await Store.PutAsync("large", new Noise(Large), Mp3);
        Assert.Equal(Large, put!.Length);
        Assert.Equal(put, await Store.FindAsync("large"));
        await using (var whole = await Store.OpenAsync("large"))
            Assert.Equal(await Noise.HashAsync(Large), await Noise.HashAsync(whole!.Content));
        // Across the boundary of two parts in S3, and copied as the gateway does.
        const int From = (16 << 20) - 100_000, Length = 300_000;
        await using var part = await Store.OpenAsync("large", From, Length);
        var copy = new MemoryStream();
        await part!.Content.CopyToAsync(copy);
        var expected = new byte[From + Length];
        await new Noise(Large).ReadExactlyAsync(expected);
        Assert.True(expected.AsSpan(From).SequenceEqual(copy.GetBuffer().AsSpan(0, (int)copy.Length)));
        Assert.Equal(0, await CountUnfinishedAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1 << 20)]
    [InlineData(20 << 20)]
    public async Task Content_that_fails_midway_leaves_nothing_and_its_exception_is_rethrown(int sent)
    {
        var failure = new IOException("The uploader has disconnected.");
        var content = new Noise(Large) { BeforeRead = at => at < sent ? Task.CompletedTask : Task.FromException(failure) };
        Assert.Same(failure, await Assert.ThrowsAsync<IOException>(() => Store.PutAsync("a/failed", content, Mp3)));
        await AssertNothingIsKeptAsync();
    }

    [Theory]
    [InlineData(1 << 20)]
    [InlineData(20 << 20)]
    public async Task A_put_that_is_cancelled_midway_leaves_nothing(int sent)
    {
        using var cancellation = new CancellationTokenSource();
        var content = new Noise(Large) { BeforeRead = at => at < sent ? Task.CompletedTask : cancellation.CancelAsync() };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.PutAsync("a/cancelled", content, Mp3, default, cancellation.Token));
        await AssertNothingIsKeptAsync();
    }

    [Fact]
    public async Task A_failed_put_leaves_the_old_object_unchanged()
    {
        var old = await PutAsync("a", "old");
        var content = new Noise(Large) { BeforeRead = at => at < 1 << 20 ? Task.CompletedTask : throw new InvalidDataException() };
        await Assert.ThrowsAsync<InvalidDataException>(() => Store.PutAsync("a", content, Mp3));
        Assert.Equal(old, await Store.FindAsync("a"));
    }

    [Fact]
    public async Task A_put_replaces_the_object_while_readers_of_the_old_one_continue()
    {
        var old = await Store.PutAsync("a", new Noise(1 << 20, seed: 1), Mp3);
        await using var reading = await Store.OpenAsync("a");
        var start = new byte[1000];
        await reading!.Content.ReadExactlyAsync(start);
        var put = await Store.PutAsync("a", new Noise(1 << 20, seed: 2), Mp3);
        Assert.NotEqual(old!.ETag, put!.ETag);
        Assert.Equal(put, await Store.FindAsync("a"));
        var rest = new MemoryStream();
        rest.Write(start);
        await reading.Content.CopyToAsync(rest);
        rest.Position = 0;
        Assert.Equal(await Noise.HashAsync(1 << 20, seed: 1), await Noise.HashAsync(rest));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(20 << 20)]
    public async Task Put_if_absent_never_replaces(int length)
    {
        var first = await Store.PutAsync("a", new Noise(length), Mp3, PutCondition.Absent);
        Assert.Equal(length, first!.Length);
        Assert.Null(await Store.PutAsync("a", new Noise(length, seed: 2), Mp3, PutCondition.Absent));
        Assert.Equal(first, await Store.FindAsync("a"));
        Assert.Equal(0, await CountUnfinishedAsync());
        await Store.DeleteAsync("a");
        Assert.NotNull(await Store.PutAsync("a", new Noise(length, seed: 3), Mp3, PutCondition.Absent));
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(17 << 20)]
    public async Task One_of_eight_racing_puts_if_absent_wins_and_its_bytes_are_kept(int length)
    {
        var won = await RaceAsync("a", length, _ => PutCondition.Absent);
        await using var opened = await Store.OpenAsync("a");
        Assert.Equal(await Noise.HashAsync(length, won), await Noise.HashAsync(opened!.Content));
    }

    [Fact]
    public async Task A_working_store_passes_its_check() => await Store.CheckAsync();

    [Fact]
    public async Task Many_small_objects_are_put_at_once_and_flushed_together()
    {
        await PutAsync("a/00007", "before");
        await Task.WhenAll(Enumerable.Range(0, 40).Select(number => Store.PutSoonAsync($"a/{number:00000}", new byte[] { (byte)number }, Mp3)));
        await Store.FlushAsync();
        Assert.Equal(40, (await ListAsync("a/")).Count);
        await using var opened = await Store.OpenAsync("a/00007");
        var content = new byte[2];
        Assert.Equal((1, 7), (await opened!.Content.ReadAsync(content), content[0]));
        Assert.Equal(0, await CountUnfinishedAsync());
        await Assert.ThrowsAsync<ArgumentException>(() => Store.PutSoonAsync("../a", new byte[1], Mp3));
    }

    [Fact]
    public async Task A_link_to_an_object_outlives_the_object_in_stores_that_support_links()
    {
        await PutAsync("a/b", "content");
        using var folder = new TestFolder("links");
        Assert.False(await Store.TryLinkAsync("a/c", folder["absent"]));
        Assert.False(File.Exists(folder["absent"]));
        Assert.Equal(LinksObjects, await Store.TryLinkAsync("a/b", folder["linked"]));
        await Store.DeleteAsync("a/b");
        Assert.Equal(LinksObjects, File.Exists(folder["linked"]) && await File.ReadAllTextAsync(folder["linked"]) == "content");
    }

    // Returns the seed of the only put that won. All contents are read to their ends before the first put may finish.
    private async Task<int> RaceAsync(string key, int length, Func<int, PutCondition> condition)
    {
        const int Racers = 8;
        var ready = 0;
        var start = new TaskCompletionSource();
        var winners = new ConcurrentBag<int>();
        await Task.WhenAll(Enumerable.Range(1, Racers).Select(async seed =>
        {
            var content = new Noise(length, seed)
            {
                BeforeRead = at =>
                {
                    if (at == length && Interlocked.Increment(ref ready) == Racers)
                        start.SetResult();
                    return at == length ? start.Task : Task.CompletedTask;
                },
            };
            if (await Store.PutAsync(key, content, Mp3, condition(seed)) is not null)
                winners.Add(seed);
        })).WaitAsync(Deadline);
        Assert.Equal(0, await CountUnfinishedAsync());
        return Assert.Single(winners);
    }

    private async Task AssertNothingIsKeptAsync()
    {
        Assert.Empty(await ListAsync(""));
        Assert.Equal(0, await CountUnfinishedAsync());
    }

    protected async Task<ObjectInfo> PutAsync(string key, string text)
    {
        var info = await Store.PutAsync(key, new MemoryStream(Encoding.UTF8.GetBytes(text)), "text/plain");
        return info!;
    }

    protected async Task<List<ObjectInfo>> ListAsync(string prefix)
    {
        var listed = new List<ObjectInfo>();
        await foreach (var info in Store.ListAsync(prefix))
            listed.Add(info);
        return listed;
    }

    protected static async Task<string> TextAsync(Stream content)
    {
        using var reader = new StreamReader(content, leaveOpen: true);
        return await reader.ReadToEndAsync();
    }
}
