using System.Collections.Immutable;
using System.Net;
using System.Reflection;
using AudioOrleans.Gateway.Playlists;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Playlists;
using AudioOrleans.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace AudioOrleans.Gateway.Tests.Playlists;

public sealed class PlayCounterTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly Catalog _catalog = new();
    private readonly PlayCounter _counter;
    private readonly Guid _playlist = Guid.NewGuid();

    public PlayCounterTests() => _counter = new PlayCounter(Factory.Of(_catalog), _clock, NullLogger<PlayCounter>.Instance);

    public void Dispose() => _counter.Dispose();

    [Fact]
    public async Task A_player_that_returns_within_half_an_hour_counts_as_one_play()
    {
        _counter.Note(_playlist, Request());
        _clock.Advance(TimeSpan.FromMinutes(29));
        _counter.Note(_playlist, Request());
        _clock.Advance(TimeSpan.FromMinutes(29)); // The half hour starts with its last request.
        _counter.Note(_playlist, Request());
        Assert.Equal(1, await CountedAsync());
        _clock.Advance(TimeSpan.FromMinutes(30));
        _counter.Note(_playlist, Request());
        Assert.Equal(2, await CountedAsync());
    }

    [Fact]
    public async Task Players_are_distinguished_by_session_or_else_by_address_and_user_agent()
    {
        _counter.Note(_playlist, Request("?session=a"));
        _counter.Note(_playlist, Request("?session=b"));
        _counter.Note(_playlist, Request("?session=a", address: "127.0.0.2"));
        Assert.Equal(2, await CountedAsync());
        _counter.Note(_playlist, Request());
        _counter.Note(_playlist, Request(address: "127.0.0.2"));
        _counter.Note(_playlist, Request(userAgent: "Other/1.0"));
        _counter.Note(_playlist, Request());
        Assert.Equal(5, await CountedAsync());
    }

    [Fact]
    public async Task Parallel_connections_of_a_player_count_as_one_play()
    {
        for (var i = 0; i < 50; i++)
        {
            var playlist = Guid.NewGuid();
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => _counter.Note(playlist, Request()))));
            await _counter.SendAsync();
            Assert.Equal(1, _catalog.Counted[playlist]);
        }
    }

    [Fact]
    public async Task No_play_is_lost_while_others_are_sent()
    {
        var noting = Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
                _counter.Note(_playlist, Request($"?session={i}"));
        });
        while (!noting.IsCompleted)
            await _counter.SendAsync();
        Assert.Equal(20_000, await CountedAsync());
    }

    [Fact]
    public async Task A_batch_whose_response_was_lost_is_sent_again_with_the_same_id()
    {
        _counter.Note(_playlist, Request());
        _catalog.LosesResponses = true;
        Assert.False(await _counter.SendAsync());
        _counter.Note(_playlist, Request("?session=later"));
        Assert.False(await _counter.SendAsync());
        _catalog.LosesResponses = false;
        Assert.Equal(1, await CountedAsync());
        Assert.Equal(2, await CountedAsync());
    }

    private async Task<int> CountedAsync()
    {
        Assert.True(await _counter.SendAsync());
        return _catalog.Counted[_playlist];
    }

    private static DefaultHttpContext Request(string query = "", string address = "127.0.0.1", string userAgent = "Player/1.0")
    {
        var context = new DefaultHttpContext();
        context.Request.QueryString = new QueryString(query);
        context.Request.Headers.UserAgent = userAgent;
        context.Connection.RemoteIpAddress = IPAddress.Parse(address);
        return context;
    }

    /// <summary>Counts each batch once, as the database does.</summary>
    private sealed class Catalog : IPlaylistCatalogGrain
    {
        private readonly HashSet<Guid> _batches = [];

        public bool LosesResponses { get; set; }

        public Dictionary<Guid, int> Counted { get; } = [];

        public Task CountPlays(Guid batchId, ImmutableArray<PlaylistPlays> plays)
        {
            if (_batches.Add(batchId))
            {
                foreach (var one in plays)
                    Counted[one.PlaylistId] = Counted.GetValueOrDefault(one.PlaylistId) + one.Count;
            }
            return LosesResponses ? Task.FromException(new TimeoutException("The response was lost.")) : Task.CompletedTask;
        }

        public Task<Page<PlaylistDetails>> List(Caller caller, PageRequest page, bool ownOnly) => throw new NotSupportedException();

        public Task<long> GetPlays(Guid playlistId) => throw new NotSupportedException();
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
