using System.Net;
using System.Text.Json.Nodes;
using AudioOrleans.Persistence;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Platforms;
using Dapper;

namespace AudioOrleans.EndToEnd.Tests.Upgrades;

/// <summary>A data folder of an earlier version works with this one, with all its content.</summary>
public sealed class UpgradeTests : IAsyncLifetime, IDisposable
{
    private const string Version = "version-0.1.0";

    private static readonly string Made = Path.Combine(AppContext.BaseDirectory, "Upgrades", Version);
    private static readonly JsonObject Facts = JsonNode.Parse(File.ReadAllText(Path.Combine(Made, "facts.json")))!.AsObject();

    private readonly TestFolder _folder = new("upgrade");
    private PlatformProcess _platform = null!;

    public async Task InitializeAsync()
    {
        foreach (var file in Directory.EnumerateFiles(Made, "*", SearchOption.AllDirectories))
        {
            var copy = _folder[Path.GetRelativePath(Made, file)];
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        File.SetUnixFileMode(_folder[Path.Combine("keys", "master.key")], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var connectionString = await PostgresServer.NewDatabaseAsync();
        await using (var database = new AudioDatabase(connectionString))
            await database.RunAsync(async connection => await connection.ExecuteAsync(await File.ReadAllTextAsync(_folder["database.sql"])));
        _platform = await PlatformProcess.StartAsync(new Dictionary<string, string?> { ["Data"] = _folder.Path, ["ConnectionStrings__Audio"] = connectionString });
    }

    public async Task DisposeAsync()
    {
        await _platform.DisposeAsync();
        Dispose();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Accounts_keys_streams_uploads_and_playlists_of_the_last_version_still_work()
    {
        // Needs the password's hash, and the signing key, which is sealed with the master key.
        using var dj = await Dj.LogInAsync(_platform, "dj@example.org");
        using var admin = await Dj.AdminAsync(_platform);
        Assert.Contains((await admin.GetAsync("/v1/users"))["items"]!.AsArray(), user => (string)user!["email"]! == dj.Email);

        using var byKey = new HttpRequestMessage(HttpMethod.Get, $"/v1/streams/{Facts["stream_id"]}");
        byKey.Headers.Add("X-Api-Key", (string)Facts["api_key"]!);
        using var stream = await _platform.Client.SendAsync(byKey);
        Assert.Equal(HttpStatusCode.OK, stream.StatusCode);
        var details = JsonNode.Parse(await stream.Content.ReadAsStringAsync())!;
        Assert.Equal(("My station", "Jazz", "private", "/demo"), ((string)details["name"]!, (string)details["genre"]!, (string)details["visibility"]!, (string)details["mount"]!));

        var titles = (await dj.GetAsync("/v1/streams/01900000-0000-7000-8000-000000000001/history"))["items"]!.AsArray();
        Assert.Contains(titles, track => (string)track!["title"]! == "Silo & The Grains - Café Olé");
        var timeline = (await dj.GetAsync($"/v1/streams/{Facts["stream_id"]}/timeline"))["items"]!.AsArray();
        Assert.Contains(timeline, entry => (string)entry!["kind"]! == "registered");

        var upload = await dj.GetAsync($"/v1/uploads/audio/{Facts["upload_id"]}");
        Assert.Equal(("ready", "Old tone", "Last version"), ((string)upload["status"]!, (string)upload["title"]!, (string)upload["artist"]!));
        Assert.Equal(-22.2, (double)upload["loudness_lufs"]!, 0.05);
        var playlist = $"/v1/playlists/{Facts["playlist_id"]}";
        Assert.Equal("Late hours", (string)(await dj.GetAsync(playlist))["title"]!);
        Assert.Equal(24_658, (await dj.Client.GetByteArrayAsync(new Uri($"{playlist}/stream.mp3", UriKind.Relative))).Length);
        Assert.Contains("#EXTINF:", await dj.Client.GetStringAsync(new Uri($"{playlist}/stream.m3u8", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task New_playlists_can_be_created_from_old_uploads()
    {
        using var dj = await Dj.LogInAsync(_platform, "dj@example.org");
        var id = (Guid)Facts["upload_id"]!;
        var made = await dj.AddPlaylistAsync([id.Track(), id.Track()]);
        await dj.UntilBuiltAsync(made, TimeSpan.FromSeconds(30));
        Assert.Equal(2, (await dj.TracksAsync(made)).Count);
    }
}
