using System.Net;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;
using Dapper;
using Npgsql;

namespace AudioOrleans.Gateway.Tests.Playlists;

/// <summary>A playlist after a day: restarts, and external files that are checked again. The test changes the expiry in the database while the platform is down.</summary>
public sealed class ExpiryTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task An_external_file_is_requested_again_after_a_day_and_replaced_only_if_it_has_changed()
    {
        await using var web = WebFiles.Start();
        web.Put("/a.mp3", await File.ReadAllBytesAsync(await Pieces.Mp3Async("First", seconds: 3)), etag: "\"one\"", moreHeaders: "Last-Modified: Thu, 01 Jan 2026 10:00:00 GMT\r\n");
        await using var platform = await PlatformProcess.StartAsync();
        using var dj = await Dj.RegisterAsync(platform);
        var id = await dj.AddPlaylistAsync([(await dj.AddUploadAsync(await Pieces.Mp3Async("Mine", seconds: 2))).Track(), web.UrlOf("/a.mp3").Track()]);
        await dj.UntilBuiltAsync(id, Deadline);
        var (hls, mp3) = (new Uri($"/v1/playlists/{id}/stream.m3u8", UriKind.Relative), new Uri($"/v1/playlists/{id}/stream.mp3", UriKind.Relative));
        var (manifest, audio) = (await platform.Client.GetStringAsync(hls), await platform.Client.GetByteArrayAsync(mp3));
        Assert.Equal(2, web.RequestsFor("/a.mp3").Count);

        await RestartADayLaterAsync(platform);
        Assert.Equal(audio, await platform.Client.GetByteArrayAsync(mp3));
        await Eventually.That(() => web.RequestsFor("/a.mp3").Count == 3, Deadline, "the file is requested again");
        var asked = web.RequestsFor("/a.mp3")[^1];
        Assert.Contains("If-None-Match: \"one\"", asked, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("If-Modified-Since: Thu, 01 Jan 2026 10:00:00 GMT", asked, StringComparison.OrdinalIgnoreCase);
        await FetchedAsync(platform);
        Assert.Equal(manifest, await platform.Client.GetStringAsync(hls));

        web.Put("/a.mp3", await File.ReadAllBytesAsync(await Pieces.Mp3Async("Second", seconds: 5)), etag: "\"two\"");
        await RestartADayLaterAsync(platform);
        var old = VodManifest.Read(manifest);
        await Eventually.That(
            async () => VodManifest.Read(await platform.Client.GetStringAsync(hls)) is var now && now.Segments[0].Uri == old.Segments[0].Uri && now.Segments[^1].Media != old.Segments[^1].Media,
            Deadline, "the manifest has the new file under new names");
        Assert.Equal("Second", (string)(await dj.TracksAsync(id))[1]["title"]!);
        foreach (var segment in old.Segments)
        {
            using var kept = await platform.Client.GetAsync(new Uri($"/v1/playlists/{id}/{segment.Uri}", UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, kept.StatusCode);
        }
        await dj.UntilBuiltAsync(id, Deadline);
        Assert.InRange(await Playing.PlayAsync(new Uri(platform.Url, mp3).ToString()), 6.8, 7.3);
    }

    private static async Task RestartADayLaterAsync(PlatformProcess platform)
    {
        await platform.StopAsync();
        await using (var connection = new NpgsqlConnection(platform.ConnectionString))
        {
            Assert.Equal(1, await connection.ExecuteAsync(
                "update grain_state set state = jsonb_set(state, '{expires_at}', '\"2026-01-01T00:00:00+00:00\"') where state_name = 'external-audio'"));
        }
        await platform.StartAsync();
    }

    private static Task FetchedAsync(PlatformProcess platform) => Eventually.That(
        async () =>
        {
            await using var connection = new NpgsqlConnection(platform.ConnectionString);
            return await connection.ExecuteScalarAsync<int>("select count(*) from grain_state where state_name = 'external-audio' and state ->> 'fetch_job' is null") == 1;
        },
        Deadline, "the fetch has ended");
}
