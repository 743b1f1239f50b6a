using System.Reflection;
using AudioOrleans.Gateway.Live;
using AudioOrleans.Grains.Interfaces.Streams;
using AudioOrleans.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace AudioOrleans.Gateway.Tests.Live;

public sealed class AudienceTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly ManualTimeProvider _clock = new();
    private readonly Guid _stream = Guid.NewGuid();
    private readonly Audience _audience;

    public AudienceTests() => _audience = new Audience(Factory.Create(), _clock, NullLogger<Audience>.Instance);

    public Task InitializeAsync() => _audience.StartAsync(CancellationToken.None);

    public Task DisposeAsync() => _audience.StopAsync(CancellationToken.None);

    public void Dispose() => _audience.Dispose();

    [Fact]
    public async Task A_stream_without_listeners_takes_no_memory()
    {
        _audience.Join(_stream);
        _audience.Poll(Guid.NewGuid(), 7);
        await ReportAsync();
        Assert.Equal(2, _audience.StreamCount);
        _audience.Leave(_stream);
        await Eventually.That(
            async () =>
            {
                await ReportAsync();
                return _audience.StreamCount == 0;
            },
            Deadline, "both streams are removed: one listener left, the other stopped polling");
        _audience.Join(_stream);
        Assert.Equal(1, _audience.Count(_stream).Progressive);
    }

    [Fact]
    public async Task Listeners_that_join_while_streams_are_removed_are_all_counted()
    {
        using var stop = new CancellationTokenSource();
        var reports = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
                await ReportAsync();
        });
        // Joining and leaving keeps the stream close to being removed.
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                _audience.Join(_stream);
                _audience.Leave(_stream);
            }
            _audience.Join(_stream);
        })));
        await stop.CancelAsync();
        await reports;
        Assert.Equal(4, _audience.Count(_stream).Progressive);
    }

    private async Task ReportAsync()
    {
        _clock.Advance(TimeSpan.FromSeconds(3));
        await Task.Yield();
    }

    /// <summary>Returns a grain that accepts reports.</summary>
    public class Factory : DispatchProxy
    {
        public static IGrainFactory Create() => Create<IGrainFactory, Factory>();

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => DispatchProxy.Create<IStreamAudienceGrain, Grain>();
    }

    public class Grain : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => Task.CompletedTask;
    }
}
