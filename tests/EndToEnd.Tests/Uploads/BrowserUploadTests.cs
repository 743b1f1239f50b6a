using System.Security.Cryptography;
using System.Text.Json.Nodes;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace AudioOrleans.EndToEnd.Tests.Uploads;

/// <summary>Uploads from a page of another origin in a real browser, with the clients that such pages use.</summary>
[Collection("one platform after the other")]
[Trait("Speed", "slow")]
public sealed class BrowserUploadTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    private readonly List<Microsoft.Playwright.IRequest> _requests = [];
    private string _file = null!;
    private WebApplication _site = null!;
    private PlatformProcess _platform = null!;
    private Dj _dj = null!;
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;
    private IPage _page = null!;

    public async Task InitializeAsync()
    {
        _file = await Tone.NoiseMp3Async(seconds: 60);
        var origin = $"http://127.0.0.1:{FreePort.Next()}";
        await StartSiteAsync(origin);
        _platform = await PlatformProcess.StartAsync(new Dictionary<string, string?> { ["Cors__Origins__0"] = origin });
        _dj = await Dj.RegisterAsync(_platform);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--no-proxy-server", "--disable-background-networking"],
        });
        _page = await _browser.NewPageAsync();
        _page.Request += (_, request) => _requests.Add(request);
        await _page.GotoAsync(origin);
    }

    public async Task DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        _dj.Dispose();
        await _platform.DisposeAsync();
        await _site.DisposeAsync();
    }

    [Theory]
    [InlineData("inParallel", 3, false)]
    [InlineData("asStream", 0, true)]
    [InlineData("byUppy", 0, false)]
    [InlineData("byUppyInParallel", 3, false)]
    [InlineData("byUppyWithoutLength", 0, true)]
    public async Task A_page_of_another_origin_uploads_a_file(string way, int partials, bool isDeferred)
    {
        var address = await Eventually.Ends(
            _page.EvaluateAsync<string>("options => window.upload(options)", new { way, endpoint = new Uri(_platform.Url, "/v1/uploads/tus").ToString(), token = (string)_dj.Tokens["access_token"]! }),
            Deadline, "the file is sent");
        var id = Guid.Parse(address[(address.LastIndexOf('/') + 1)..]);
        JsonObject? upload = null;
        await Eventually.That(
            async () => (string)(upload = await _dj.GetAsync($"/v1/uploads/audio/{id}"))["status"]! != "processing", Deadline, "the upload is ready or has failed");
        Assert.True((string)upload!["status"]! == "ready", upload.ToJsonString());
        Assert.Equal("set.mp3", (string)upload["file_name"]!);
        Assert.Equal(
            SHA256.HashData(await File.ReadAllBytesAsync(_file)),
            SHA256.HashData(await _dj.Client.GetByteArrayAsync(new Uri($"/v1/uploads/audio/{id}/original.mp3", UriKind.Relative))));
        Assert.Equal(id, (Guid)Assert.Single((await _dj.GetAsync("/v1/uploads/audio"))["items"]!.AsArray())!["upload_id"]!);

        // The requests show how the file was sent.
        var created = _requests.Where(request => request.Method == "POST").Select(request => request.Headers).ToList();
        Assert.Equal(partials, created.Count(headers => headers.GetValueOrDefault("upload-concat") == "partial"));
        Assert.Equal(partials > 0, created.Any(headers => headers.GetValueOrDefault("upload-concat")?.StartsWith("final;", StringComparison.Ordinal) == true));
        Assert.Equal(isDeferred, created.Any(headers => headers.GetValueOrDefault("upload-defer-length") == "1"));
        Assert.Equal(way == "inParallel", _requests.Any(request => request.Method == "HEAD"));
    }

    /// <summary>Serves the page, its script and the song that the visitor uploads.</summary>
    private async Task StartSiteAsync(string origin)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _site = builder.Build();
        _site.Urls.Add(origin);
        _site.MapGet("/", () => Results.Content("""<!DOCTYPE html><title>Upload</title><script src="/uploads.js"></script>""", "text/html"));
        _site.MapGet("/uploads.js", () => Results.File(Path.Combine(AppContext.BaseDirectory, "clients", "uploads.js"), "text/javascript"));
        _site.MapGet("/song.mp3", () => Results.File(_file, "audio/mpeg"));
        await _site.StartAsync();
    }
}
