using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using AudioOrleans.RelayHost.Processes;

namespace AudioOrleans.Testing.Audio;

/// <summary>A real Icecast on a free port, with real source clients.</summary>
public sealed class IcecastServer : IAsyncDisposable
{
    private const string Password = "source-password";

    /// <summary>Icecast 2.4.4 accepts connections before it has initialized its counters, and such a connection crashes it (in 3 of 100 starts under load).</summary>
    private const int StartAttempts = 5, SegmentationFault = 11;

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(20);

    /// <summary>A request at the moment when a source connects may never be answered (about once in 600 starts); the next one is.</summary>
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    private static readonly AuthenticationHeaderValue Admin = new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"admin:{Password}")));

    private readonly TestFolder _folder = new("icecast");
    private readonly HttpClient _client = new();
    private readonly ConcurrentDictionary<string, ChildProcess> _sources = new();
    private ChildProcess? _server;

    private IcecastServer(int port) => Port = port;

    /// <summary>The port it listens on, on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>The server's process id.</summary>
    public int ProcessId => _server!.Id;

    /// <summary>Its address without a mount.</summary>
    public Uri Url => new($"http://127.0.0.1:{Port}");

    /// <summary>Starts one; its mount <c>/private</c> requires the user <c>listener</c> with the password <c>secret</c>.</summary>
    public static async Task<IcecastServer> StartAsync(int clients = 1000)
    {
        var server = new IcecastServer(FreePort.Next());
        await server.StartServerAsync(clients);
        return server;
    }

    /// <summary>The address of a mount.</summary>
    public Uri Mount(string mount) => new(Url, mount);

    /// <summary>Sends a file to a mount in a loop and in real time; returns when the mount can be heard.</summary>
    public async Task AddSourceAsync(string mount, string file)
    {
        var type = Path.GetExtension(file) == ".aac" ? "audio/aac" : "audio/mpeg";
        var format = Path.GetExtension(file) == ".aac" ? "adts" : "mp3";
        var source = await ChildProcess.StartAsync(
            new ProcessCommand(
                "ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", "-re", "-stream_loop", "-1", "-i", file, "-c", "copy",
                "-content_type", type, "-write_xing", "0", "-id3v2_version", "0", "-f", format, $"icecast://source:{Password}@127.0.0.1:{Port}{mount}"),
            TimeProvider.System);
        _sources[mount] = source;
        try
        {
            await Eventually.That(async () => source.Exited.IsCompleted || await AnswersAsync(mount), StartTimeout, $"{mount} can be heard");
        }
        catch (TimeoutException exception)
        {
            throw new InvalidOperationException(Describe($"{mount} cannot be heard", source), exception);
        }
        if (source.Exited.IsCompleted)
            throw new InvalidOperationException(Describe($"The source of {mount} ended with {(await source.Exited).ExitCode}", source));
    }

    /// <summary>Ends the source of a mount, which ends the mount.</summary>
    public async Task RemoveSourceAsync(string mount)
    {
        if (_sources.TryRemove(mount, out var source))
            await source.DisposeAsync();
    }

    /// <summary>Puts a title on air.</summary>
    public async Task SetTitleAsync(string mount, string title)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Url, $"/admin/metadata?mount={mount}&mode=updinfo&charset=UTF-8&song={Uri.EscapeDataString(title)}"));
        request.Headers.Authorization = Admin;
        using var response = await _client.SendAsync(request);
        response.EnsureSuccessStatusCode();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var mount in _sources.Keys)
            await RemoveSourceAsync(mount);
        if (_server is not null)
            await _server.DisposeAsync();
        _client.Dispose();
        _folder.Dispose();
    }

    private async Task StartServerAsync(int clients)
    {
        var configuration = _folder["icecast.xml"];
        await File.WriteAllTextAsync(configuration, Configuration(clients));
        // The password file of Icecast has the user and the MD5 of the password; its format requires MD5.
#pragma warning disable CA5351
        await File.WriteAllTextAsync(_folder["listeners"], $"listener:{Convert.ToHexStringLower(System.Security.Cryptography.MD5.HashData("secret"u8))}\n");
#pragma warning restore CA5351
        var root = Environment.UserName == "root";
        if (root)
        {
            // Icecast refuses to run as root.
            File.SetUnixFileMode(_folder.Path, File.GetUnixFileMode(_folder.Path) | UnixFileMode.OtherExecute | UnixFileMode.OtherRead);
            File.SetUnixFileMode(configuration, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
            File.SetUnixFileMode(_folder["listeners"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        }
        var command = new ProcessCommand("icecast2", "-c", configuration) { RunAsUser = root ? "nobody" : null };
        for (var attempt = 1; ; attempt++)
        {
            _server = await ChildProcess.StartAsync(command, TimeProvider.System);
            await Eventually.That(async () => _server.Exited.IsCompleted || await HasCountersAsync(), StartTimeout, "Icecast has initialized its counters");
            if (!_server.Exited.IsCompleted)
                return;
            var exit = await _server.Exited;
            await _server.DisposeAsync();
            if (exit.Signal != SegmentationFault || attempt == StartAttempts)
                throw new InvalidOperationException($"Icecast ended at once with {exit.ExitCode}: {string.Join(" | ", exit.ErrorTail)}");
        }
    }

    /// <summary>Whether it has initialized its counter of connections: before that, any new connection may crash it.</summary>
    private async Task<bool> HasCountersAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Url, "/admin/stats"));
        request.Headers.Authorization = Admin;
        try
        {
            using var response = await _client.SendAsync(request);
            return (await response.Content.ReadAsStringAsync()).Contains("<connections>", StringComparison.Ordinal);
        }
        catch (HttpRequestException)
        {
            return false; // Not up yet.
        }
    }

    private string Describe(string problem, ChildProcess source) =>
        $"{problem}. Source: {string.Join(" | ", source.ErrorTail)}. Icecast: {string.Join(" | ", _server!.ErrorTail)}";

    private async Task<bool> AnswersAsync(string path)
    {
        try
        {
            using var timeout = new CancellationTokenSource(AnswerTimeout);
            using var response = await _client.GetAsync(new Uri(Url, path), HttpCompletionOption.ResponseHeadersRead, timeout.Token);
            return response.IsSuccessStatusCode || response.StatusCode == System.Net.HttpStatusCode.Unauthorized;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return false; // Not up yet.
        }
    }

    private string Configuration(int clients) => string.Create(CultureInfo.InvariantCulture, $"""
        <icecast>
          <limits><clients>{clients}</clients><sources>50</sources><burst-size>65535</burst-size><source-timeout>10</source-timeout></limits>
          <authentication><source-password>{Password}</source-password><admin-user>admin</admin-user><admin-password>{Password}</admin-password></authentication>
          <hostname>localhost</hostname>
          <listen-socket><port>{Port}</port><bind-address>127.0.0.1</bind-address></listen-socket>
          <mount type="default"><mp3-metadata-interval>4096</mp3-metadata-interval><charset>UTF-8</charset></mount>
          <mount type="normal"><mount-name>/private</mount-name>
            <authentication type="htpasswd"><option name="filename" value="{_folder["listeners"]}"/></authentication></mount>
          <fileserve>0</fileserve>
          <paths><logdir>/tmp</logdir><webroot>/usr/share/icecast2/web</webroot><adminroot>/usr/share/icecast2/admin</adminroot></paths>
          <logging><accesslog>-</accesslog><errorlog>-</errorlog><loglevel>1</loglevel></logging>
          <security><chroot>0</chroot></security>
        </icecast>
        """);
}
