using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using AudioOrleans.RelayHost.Objects;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using Xunit.Abstractions;

namespace AudioOrleans.RelayHost.Tests.Objects;

[Collection(S3Collection.Name)]
[Trait("Speed", "slow")]
public sealed class S3ObjectStoreTests(S3Fixture fixture, ITestOutputHelper output) : ObjectStoreContract(output), IAsyncLifetime, IDisposable
{
    private const string Prefix = "audio/production";
    private const string Tag = "0123456789abcdef0123456789abcdef";
    private readonly TestFolder _folder = new("s3-client");
    private readonly List<IAsyncDisposable> _servers = [];
    private S3ObjectStore _store = null!;
    private string _bucket = null!;

    protected override IObjectStore Store => _store;

    protected override bool LinksObjects => false;

    // Each takes some milliseconds, and there are no folders to create.
    protected override int ConcurrentWrites => 200;

    protected override string DataFolder => _folder.Path;

    protected override string[] Settings =>
    [
        "Objects:Kind=s3", $"Objects:S3:Endpoint={Options.Endpoint}", $"Objects:S3:Bucket={_bucket}", $"Objects:S3:Prefix={Prefix}",
        $"Objects:S3:AccessKey={Options.AccessKey}", $"Objects:S3:SecretKey={Options.SecretKey}",
    ];

    private S3StoreOptions Options => fixture.Server.Options(_bucket, Prefix);

    public async Task InitializeAsync()
    {
        _bucket = await fixture.Server.CreateBucketAsync();
        _store = Open(Options);
    }

    public async Task DisposeAsync()
    {
        _store.Dispose();
        foreach (var server in _servers)
            await server.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Anybody_can_read_a_signed_address_unless_it_was_tampered_with()
    {
        await Store.PutAsync("a/song.mp3", new Noise(100_000), Mp3);
        await PutAsync("a/other.mp3", "other");
        var address = (await Store.PresignAsync("a/song.mp3", TimeSpan.FromMinutes(5)))!;
        using var client = new HttpClient();
        using var response = await client.GetAsync(address);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(Mp3, response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(await Noise.HashAsync(100_000), await Noise.HashAsync(await response.Content.ReadAsStreamAsync()));
        var text = address.AbsoluteUri;
        foreach (var forged in new[]
        {
            text.Replace("song", "other", StringComparison.Ordinal), text.Replace("X-Amz-Expires=300", "X-Amz-Expires=3000", StringComparison.Ordinal),
            text.Replace("X-Amz-Signature=", "X-Amz-Signature=0", StringComparison.Ordinal), new Uri(address, address.AbsolutePath).AbsoluteUri,
        })
        {
            Assert.NotEqual(text, forged);
            using var refusal = await client.GetAsync(new Uri(forged));
            Assert.Equal(HttpStatusCode.Forbidden, refusal.StatusCode);
        }
    }

    [Fact]
    public async Task Two_stores_with_different_prefixes_share_a_bucket()
    {
        using var sibling = Open(Options with { Prefix = "audio/productions" });
        using var whole = Open(Options with { Prefix = "" });
        await PutAsync("a/1", "mine");
        await sibling.PutAsync("a/1", new Noise(10), Mp3);
        Assert.Equal(1, await Store.DeleteAllAsync("a/"));
        Assert.Empty(await ListAsync(""));
        Assert.NotNull(await sibling.FindAsync("a/1"));
        Assert.NotNull(await whole.FindAsync("audio/productions/a/1"));
    }

    [Fact]
    public async Task A_store_sweeps_only_unfinished_objects_with_its_own_prefix()
    {
        using var sibling = Open(Options with { Prefix = "audio/productions" });
        var resume = new TaskCompletionSource();
        var put = sibling.PutAsync("a", new Noise(Large) { BeforeRead = at => at > 20 << 20 ? resume.Task : Task.CompletedTask }, Mp3);
        await Eventually.That(async () => await CountUnfinishedAsync() == 1, Deadline, "the put of the other store is in progress");
        await Store.SweepAsync(TimeSpan.Zero);
        resume.SetResult();
        Assert.NotNull(await put);
    }

    [Fact]
    public async Task A_put_whose_parts_were_swept_fails_and_does_not_report_an_unmet_condition()
    {
        var content = new Noise(Large) { BeforeRead = at => at > 39 << 20 ? Store.SweepAsync(TimeSpan.Zero) : Task.CompletedTask };
        var failure = await Assert.ThrowsAsync<ObjectStoreUnavailableException>(() => Store.PutAsync("a", content, Mp3, PutCondition.Absent));
        Assert.Contains("NoSuchUpload", failure.Message, StringComparison.Ordinal);
        Assert.Null(await Store.FindAsync("a"));
    }

    [Fact]
    public async Task Objects_around_the_size_of_a_part_are_complete()
    {
        foreach (var length in new[] { (16 << 20) - 1, 16 << 20, (16 << 20) + 1, 32 << 20 })
        {
            Assert.Equal(length, (await Store.PutAsync("a", new Noise(length), Mp3))!.Length);
            await using var opened = await Store.OpenAsync("a");
            Assert.Equal(await Noise.HashAsync(length), await Noise.HashAsync(opened!.Content));
        }
    }

    [Fact]
    public async Task A_put_leaves_no_files_in_the_spool()
    {
        await Store.PutAsync("a", new Noise(Large), Mp3);
        Assert.Empty(Directory.GetFileSystemEntries(_folder["spool"]));
        await File.WriteAllTextAsync(_folder["file"], "");
        using var store = new S3ObjectStore(Options, _folder["file"], TimeProvider.System);
        Assert.Contains(_folder["file"], (await Assert.ThrowsAsync<ObjectStoreUnavailableException>(() => store.PutAsync("a", new Noise(1), Mp3))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_stops_in_the_middle_of_an_object_causes_an_error_in_time(bool hangsUp)
    {
        await using var server = ScriptedSource.Start(async connection =>
        {
            await connection.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nETag: \"{Tag}\"\r\nLast-Modified: Thu, 01 Jan 2026 12:00:00 GMT\r\n\r\nbeginning");
            if (!hangsUp)
                await connection.BeSilentAsync();
        });
        using var store = new S3ObjectStore(Options with { Endpoint = server.Url.ToString() }, _folder["spool"], TimeProvider.System, TimeSpan.FromSeconds(1));
        await using var opened = await store.OpenAsync("a");
        Assert.Equal(1000, opened!.Info.Length);
        await Assert.ThrowsAsync<ObjectStoreUnavailableException>(() => opened.Content.CopyToAsync(Stream.Null).WaitAsync(Deadline));
    }

    [Fact]
    public async Task A_lost_response_is_not_reported_as_an_unmet_condition()
    {
        // The first response is lost after the server has stored the object. The repeated put then finds its own object.
        var requests = new List<string>();
        await using var server = ScriptedSource.Start(async connection =>
        {
            string marker, line;
            lock (requests)
            {
                requests.Add(connection.Request);
                line = connection.Request.Split("\r\n")[0];
                marker = requests[0].Split(' ')[1].Split('&').Single(parameter => parameter.StartsWith("x-amz-meta-put=", StringComparison.Ordinal)).Replace("=", ": ", StringComparison.Ordinal);
            }
            if (line.StartsWith("HEAD", StringComparison.Ordinal))
                await connection.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nETag: \"{Tag}\"\r\nLast-Modified: Thu, 01 Jan 2026 12:00:00 GMT\r\nConnection: close\r\n{marker}\r\n\r\n");
            else if (requests.Count > 1)
                await connection.SendAsync("HTTP/1.1 412 Precondition Failed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        });
        using var store = Open(Options with { Endpoint = server.Url.ToString() });
        var put = await store.PutAsync("a", new Noise(10), Mp3, PutCondition.Absent);
        Assert.Equal(Tag, put?.ETag);
        Assert.True(requests.Count >= 3, string.Join("\n", requests));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(20 << 20)]
    public async Task Names_that_are_too_long_for_the_MinIO_client_are_accepted(int length)
    {
        var folder = $"{new string('a', 250)}/{new string('b', 250)}/";
        var key = $"{folder}{new string('c', 250)}";
        var put = await Store.PutAsync(key, new Noise(length), Mp3, PutCondition.Absent);
        Assert.Null(await Store.PutAsync(key, new Noise(length), Mp3, PutCondition.Absent));
        Assert.Equal(put, await Store.FindAsync(key));
        await using (var opened = await Store.OpenAsync(key, 3, 4))
            Assert.Equal((put, 4), (opened!.Info, await opened.Content.ReadAtLeastAsync(new byte[10], 10, throwOnEndOfStream: false)));
        using var client = new HttpClient();
        Assert.Equal(length, (await client.GetByteArrayAsync(await Store.PresignAsync(key, TimeSpan.FromMinutes(1)))).Length);
        await Store.DeleteAsync(key);
        await Store.DeleteAsync(key);
        Assert.Null(await Store.FindAsync(key));
        await PutAsync(key, "x");
        await PutAsync($"{folder}short", "x");
        Assert.Equal(2, await Store.DeleteAllAsync(folder));
        Assert.Empty(await ListAsync(""));
    }

    [Fact]
    public async Task An_address_is_signed_again_only_in_its_last_minutes()
    {
        var time = new ManualTimeProvider();
        var addresses = new ConcurrentQueue<string>();
        await using var server = ScriptedSource.Start(connection =>
        {
            addresses.Enqueue(connection.Request.Split(' ')[1]);
            return connection.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nETag: \"{Tag}\"\r\nConnection: close\r\n\r\n");
        });
        using var store = new S3ObjectStore(Options with { Endpoint = server.Url.ToString() }, _folder["spool"], time);
        foreach (var minutes in new[] { 0, 54, 2 })
        {
            time.Advance(TimeSpan.FromMinutes(minutes));
            await (await store.OpenAsync("a"))!.DisposeAsync();
        }
        Assert.Equal([1, 1, 2], addresses.Select((_, index) => addresses.Take(index + 1).Distinct().Count()));
        Assert.Contains("X-Amz-Expires=3600", addresses.First(), StringComparison.Ordinal);
    }

    protected override async Task<int> CountUnfinishedAsync() => (await fixture.Server.UnfinishedAsync(_bucket)).Count;

    protected override async IAsyncEnumerable<(IObjectStore Store, string Why)> BrokenStoresAsync()
    {
        await Task.CompletedTask;
        yield return (Open(Options with { SecretKey = "wrong" }), "its secret is wrong");
        yield return (Open(Options with { AccessKey = "nobody" }), "its key is unknown");
        yield return (Open(Options with { Bucket = "no-such-bucket" }), "its bucket is missing");
        yield return (Open(Options with { Endpoint = $"http://127.0.0.1:{FreePort.Next().ToString(CultureInfo.InvariantCulture)}" }), "its server is down");
        var failing = ScriptedSource.Sending("HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", []);
        _servers.Add(failing);
        yield return (Open(Options with { Endpoint = failing.Url.ToString() }), "its server fails");
        var silent = ScriptedSource.Start(connection => connection.BeSilentAsync());
        _servers.Add(silent);
        yield return (Open(Options with { Endpoint = silent.Url.ToString() }), "its server is silent");
    }

    private S3ObjectStore Open(S3StoreOptions options) => new(options, _folder["spool"], TimeProvider.System);
}
