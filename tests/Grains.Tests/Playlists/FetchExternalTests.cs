using System.Reflection;
using AudioOrleans.Grains.Interfaces.Jobs;
using AudioOrleans.Grains.Interfaces.Playlists;
using AudioOrleans.Grains.Interfaces.Uploads;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.RelayHost.Ingest;
using AudioOrleans.RelayHost.Objects;
using AudioOrleans.RelayHost.OnDemand;
using AudioOrleans.Grains.Jobs;
using AudioOrleans.Grains.Playlists;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;

namespace AudioOrleans.Grains.Tests.Playlists;

public sealed class FetchExternalTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_download_that_stalls_is_aborted_after_three_minutes_and_nothing_of_it_is_kept()
    {
        var clock = new ManualTimeProvider();
        using var folder = new TestFolder("fetch");
        await using var web = WebFiles.Start();
        var piece = await File.ReadAllBytesAsync(await Pieces.Mp3Async("Drip", seconds: 2));
        var dripped = new TaskCompletionSource();
        web.Script("/drip.mp3", async connection =>
        {
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\nConnection: close\r\n\r\n");
            await connection.SendAsync(piece.AsMemory(0, 9000));
            dripped.SetResult();
            await connection.BeSilentAsync();
        });
        var store = new DiskObjectStore(folder["objects"], clock);
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
        var external = new External(web.UrlOf("/drip.mp3"));
        var fetch = new FetchExternal(
            Factory.Of(external), new ExternalFiles(client, clock), new FileIngest(store, new VirusScanner(new ScannerOptions(null, 3310), clock)), null!, store, null!, new UploadOptions(), clock);

        var lease = new JobLease(Guid.NewGuid(), Guid.NewGuid());
        var running = fetch.RunAsync(new JobRun(Job(lease.JobId), lease), CancellationToken.None);
        await Eventually.Ends(dripped.Task, Deadline, "the server has sent the first bytes");
        await Eventually.That(() => clock.PendingTimers == 1, Deadline, "the headers have arrived and only the overall timeout is pending");
        clock.Advance(TimeSpan.FromSeconds(179));
        Assert.False(running.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));
        var failed = await Assert.ThrowsAsync<JobFailedException>(() => Eventually.Ends(running, Deadline, "the download is aborted"));
        Assert.Equal("The address did not deliver the whole file within 3 minutes.", failed.Message);
        Assert.False(Directory.Exists(folder["objects"]) && Directory.EnumerateFiles(folder["objects"], "*", SearchOption.AllDirectories).Any());
    }

    private static JobRow Job(Guid id) => new() { JobId = id, Queue = "outside", Kind = "outside.fetch", Subject = "outside/abc", Payload = "{}" };

    /// <summary>An address that must be fetched, for every run.</summary>
    private sealed class External(string url) : IExternalFetchGrain
    {
        public Task<ExternalWork?> FindWork(JobRunId run) => Task.FromResult<ExternalWork?>(new ExternalWork(url, "external/abc/run/", null, null));

        public Task<bool> Finish(JobRunId run, ExternalFetched fetched) => throw new NotSupportedException();

        public Task Fail(Guid jobId, string reason, bool isFinal) => throw new NotSupportedException();
    }

    /// <summary>Returns the same grain for every request.</summary>
    public class Factory : DispatchProxy
    {
        private object _grain = null!;

        internal static IGrainFactory Of(object grain)
        {
            var factory = Create<IGrainFactory, Factory>();
            ((Factory)factory)._grain = grain;
            return factory;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _grain;
    }
}
