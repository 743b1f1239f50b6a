using System.Reflection;
using AudioOrleans.Gateway.Playlists;
using AudioOrleans.Grains.Interfaces.Access;
using AudioOrleans.Grains.Interfaces.Media;
using AudioOrleans.Grains.Interfaces.Playlists;
using AudioOrleans.RelayHost.Objects;
using AudioOrleans.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace AudioOrleans.Gateway.Tests.Playlists;

/// <summary>The number of files that one request looks up, with a store that counts.</summary>
public sealed class PartPresenceTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly ManualTimeProvider _clock = new();
    private readonly CountingStore _store;
    private readonly PartPresence _presence;

    public PartPresenceTests()
    {
        var store = DispatchProxy.Create<IObjectStore, CountingStore>();
        _store = (CountingStore)(object)store;
        var broken = new BrokenTracks(new PlaylistAccessCache(null!, _clock), null!, NullLogger<BrokenTracks>.Instance);
        _presence = new PartPresence(store, broken, _clock, NullLogger<PartPresence>.Instance);
    }

    public void Dispose() => _presence.Dispose();

    [Fact]
    public async Task Every_request_for_a_short_playlist_looks_up_its_files()
    {
        var playback = Playback(PartPresence.MostAtOnce);
        Assert.True(await AreThereAsync(playback));
        Assert.True(await AreThereAsync(playback));
        Assert.Equal(2 * PartPresence.MostAtOnce, _store.LookUps);
    }

    [Fact]
    public async Task The_files_of_a_long_playlist_are_looked_up_in_the_background()
    {
        var playback = Playback(1000);
        _store.Answer = new TaskCompletionSource();
        Assert.False(await AreThereAsync(playback));
        Assert.False(await AreThereAsync(playback));
        Assert.InRange(_store.LookUps, 0, PartPresence.MostAtOnce);
        _store.Answer.SetResult();
        await Eventually.That(async () => await AreThereAsync(playback), Deadline, "all files were looked up");
        Assert.Equal(1000, _store.LookUps);
        _clock.Advance(TimeSpan.FromSeconds(61)); // The files may have disappeared meanwhile.
        Assert.False(await AreThereAsync(playback));
    }

    private Task<bool> AreThereAsync(PlaybackManifest playback) => _presence.AreAllThereAsync(playback.OwnerId, playback, CancellationToken.None);

    private static PlaybackManifest Playback(int parts)
    {
        var id = Guid.NewGuid();
        return new PlaybackManifest(
            id, Visibility.Public, false, 1, "list.m3u8",
            [.. Enumerable.Range(0, parts).Select(i => new PlaybackPart(Guid.NewGuid(), $"{id}/{i}/", new Mp3Source($"{id}/{i}.mp3", 0, 1000, TimeSpan.FromSeconds(1), 44100, 2)))],
            true, [], Invitations.None);
    }

    public class CountingStore : DispatchProxy
    {
        private int _lookUps;

        public int LookUps => Volatile.Read(ref _lookUps);

        public TaskCompletionSource? Answer { get; set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            Interlocked.Increment(ref _lookUps);
            return FindAsync((string)args![0]!);
        }

        private async Task<ObjectInfo?> FindAsync(string key)
        {
            if (Answer is { } answer)
                await answer.Task;
            return new ObjectInfo(key, 1000, "\"1\"", DateTimeOffset.UnixEpoch);
        }
    }
}
