using System.Net;
using System.Net.Http.Headers;
using AudioOrleans.Persistence;
using AudioOrleans.Persistence.Playlists;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Platforms;
using Dapper;
using Npgsql;

namespace AudioOrleans.Gateway.Tests.Playlists;

/// <summary>The count of plays, from the player to the table.</summary>
public sealed class PlaysTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task A_session_counts_as_one_play_however_often_it_fetches()
    {
        var mixed = await MixedPlaylist.GetAsync();
        var (platform, dj) = (mixed.Shared.Platform, mixed.Shared.Dj);
        var id = await dj.AddPlaylistAsync([mixed.Uploads[0].Track()]);
        await dj.UntilBuiltAsync(id, MixedPlaylist.Built); // HEAD is not a play.
        Assert.Equal(0, (long)(await dj.GetAsync($"/v1/playlists/{id}"))["plays"]!);
        var manifest = VodManifest.Read(await platform.Client.GetStringAsync(Path(id, "stream.m3u8?session=one")));
        await platform.Client.GetByteArrayAsync(Path(id, manifest.Segments[0].Uri));
        await Task.WhenAll(Enumerable.Range(0, 5).Select(async i =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Path(id, "stream.mp3?session=one"));
            request.Headers.Range = new RangeHeaderValue(i * 1000, (i * 1000) + 999);
            (await platform.Client.SendAsync(request)).Dispose();
        }));
        await platform.Client.GetByteArrayAsync(Path(id, "stream.mp3?session=two"));
        using (await platform.Client.GetAsync(Path(id, "stream.mp3?session=three&t=1000")))
        {
            // An invalid request is not a play.
        }
        using (var behind = new HttpRequestMessage(HttpMethod.Get, Path(id, "stream.mp3?session=four")))
        {
            behind.Headers.Range = new RangeHeaderValue(99_999_999, null);
            using var nothing = await platform.Client.SendAsync(behind); // Neither is this one.
            Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, nothing.StatusCode);
        }
        // Plays are written in order: once the third is written, so are the others.
        await PlaysAsync(dj, id, 2);
        await platform.Client.GetStringAsync(Path(id, "stream.m3u8?session=last"));
        await PlaysAsync(dj, id, 3);

        await using var connection = new NpgsqlConnection(platform.ConnectionString);
        var rows = (await connection.QueryAsync<(DateTime Day, long Plays)>("select day::timestamp, plays from playlist_plays where playlist_id = @id", new { id })).ToList();
        Assert.Equal(3, rows.Sum(row => row.Plays));
        Assert.All(rows, row => Assert.InRange(row.Day, TimeProvider.System.GetUtcNow().UtcDateTime.Date.AddDays(-1), TimeProvider.System.GetUtcNow().UtcDateTime.Date));
    }

    [Fact]
    public async Task A_batch_that_is_sent_twice_counts_once()
    {
        var shared = await SharedPlatform.GetAsync();
        await using var database = new AudioDatabase(shared.Platform.ConnectionString);
        var tables = new PlaylistTables(database);
        var (one, two, batch) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        var now = new DateTime(2026, 3, 1, 23, 59, 59, DateTimeKind.Utc);
        for (var i = 0; i < 2; i++)
            await tables.CountPlaysAsync(batch, now, [one, two], [3, 4], CancellationToken.None);
        await tables.CountPlaysAsync(Guid.NewGuid(), now.AddSeconds(2), [one], [5], CancellationToken.None);
        Assert.Equal((8, 4), (await tables.CountPlaysAsync(one, CancellationToken.None), await tables.CountPlaysAsync(two, CancellationToken.None)));
        await using var connection = new NpgsqlConnection(shared.Platform.ConnectionString);
        Assert.Equal(["2026-03-01", "2026-03-02"], await connection.QueryAsync<string>("select day::text from playlist_plays where playlist_id = @one order by day", new { one }));
    }

    private static Task PlaysAsync(Dj dj, Guid id, long plays) => Eventually.That(
        async () => (long)(await dj.GetAsync($"/v1/playlists/{id}"))["plays"]! is var counted && (counted <= plays ? counted == plays : throw new InvalidOperationException($"{counted} plays")),
        Deadline, $"{plays} plays are shown");

    private static Uri Path(Guid id, string file) => new($"/v1/playlists/{id}/{file}", UriKind.Relative);
}
