using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using AudioOrleans.RelayHost.Processes;

namespace AudioOrleans.Standalone.Demo;

/// <summary>A local Icecast with one mount, to which ffmpeg streams an endless generated programme.</summary>
internal sealed class DemoIcecast : IAsyncDisposable
{
    private const string Mount = "/demo";

    /// <summary>Icecast 2.4.4 listens before it has initialised its counters, and crashes on a connection in between (3 of 100 starts under load).</summary>
    private const int StartAttempts = 5, SegmentationFault = 11;

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(15);

    private readonly string _password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(5) };
    private ChildProcess? _icecast;
    private ChildProcess? _programme;

    /// <summary>The URL of the programme.</summary>
    public Uri Url { get; private set; } = null!;

    /// <summary>Completes when either process has exited.</summary>
    public Task Ended => Task.WhenAny(_icecast!.Exited, _programme!.Exited);

    /// <summary>Starts both and waits until the programme is on air.</summary>
    public async Task StartAsync(string folder, TimeProvider time, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var port = FreePort();
        Url = new Uri($"http://127.0.0.1:{port}{Mount}");
        var configuration = Path.Combine(folder, "icecast.xml");
        await File.WriteAllTextAsync(configuration, Configuration(port), cancellationToken);
        // Icecast refuses to run as root; the demo's log goes to standard error and needs no folder of its own.
        var user = Environment.UserName == "root" ? "nobody" : null;
        if (user is not null)
            File.SetUnixFileMode(configuration, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        await StartServerAsync(new ProcessCommand("icecast2", "-c", configuration) { RunAsUser = user }, time, cancellationToken);
        _programme = await ChildProcess.StartAsync(Programme(port), time);
        await UntilAsync(() => PlaysAsync(cancellationToken), time, cancellationToken);
    }

    /// <summary>Puts a title on air.</summary>
    public async Task SetTitleAsync(string title, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Url, $"/admin/metadata?mount={Mount}&mode=updinfo&charset=UTF-8&song={Uri.EscapeDataString(title)}"));
        request.Headers.Authorization = As("source");
        using var response = await _client.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_programme is not null)
            await _programme.DisposeAsync();
        if (_icecast is not null)
            await _icecast.DisposeAsync();
    }

    private async Task StartServerAsync(ProcessCommand command, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            _icecast = await ChildProcess.StartAsync(command, time);
            await UntilAsync(async () => _icecast.Exited.IsCompleted || await CountsAsync(cancellationToken), time, cancellationToken);
            if (!_icecast.Exited.IsCompleted)
                return;
            var exit = await _icecast.Exited;
            await _icecast.DisposeAsync();
            if (exit.Signal != SegmentationFault || attempt == StartAttempts)
                throw new InvalidOperationException($"The demo's Icecast ended with {exit.ExitCode}: {string.Join(" | ", exit.ErrorTail)}");
        }
    }

    /// <summary>Soft moving chords: a triad whose root rises every two seconds, with a slow tremolo.</summary>
    private ProcessCommand Programme(int port)
    {
        const string root = "220*pow(2\\,floor(mod(t/2\\,5))*2/12)";
        const string left = $"0.14*sin(2*PI*t*{root})+0.1*sin(2*PI*t*{root}*1.25)+0.08*sin(2*PI*t*{root}*1.5)";
        return new ProcessCommand(
            "ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", "-re",
            "-f", "lavfi", "-i", $"aevalsrc=exprs={left}|{left}:s=44100,tremolo=f=0.5:d=0.4",
            "-c:a", "libmp3lame", "-b:a", "128k", "-content_type", "audio/mpeg", "-ice_name", "Demo station", "-ice_genre", "Ambient",
            "-f", "mp3", $"icecast://source:{_password}@127.0.0.1:{port}{Mount}");
    }

    private string Configuration(int port) => string.Create(CultureInfo.InvariantCulture, $"""
        <icecast>
          <limits><clients>100</clients><sources>2</sources><burst-size>65535</burst-size></limits>
          <authentication><source-password>{_password}</source-password><admin-user>admin</admin-user><admin-password>{_password}</admin-password></authentication>
          <hostname>localhost</hostname>
          <listen-socket><port>{port}</port><bind-address>127.0.0.1</bind-address></listen-socket>
          <mount type="normal"><mount-name>{Mount}</mount-name><mp3-metadata-interval>4096</mp3-metadata-interval><charset>UTF-8</charset></mount>
          <fileserve>0</fileserve>
          <paths><logdir>/tmp</logdir><webroot>/usr/share/icecast2/web</webroot><adminroot>/usr/share/icecast2/admin</adminroot></paths>
          <logging><accesslog>-</accesslog><errorlog>-</errorlog><loglevel>1</loglevel></logging>
          <security><chroot>0</chroot></security>
        </icecast>
        """);

    /// <summary>Whether Icecast has initialised its connection counter: until then, any new connection may crash it.</summary>
    private Task<bool> CountsAsync(CancellationToken cancellationToken) => AskAsync(
        "/admin/stats", async response => (await response.Content.ReadAsStringAsync(cancellationToken)).Contains("<connections>", StringComparison.Ordinal), cancellationToken);

    private Task<bool> PlaysAsync(CancellationToken cancellationToken) =>
        AskAsync(Mount, response => Task.FromResult(response.IsSuccessStatusCode), cancellationToken);

    private async Task<bool> AskAsync(string path, Func<HttpResponseMessage, Task<bool>> isGood, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Url, path)) { Headers = { Authorization = As("admin") } };
        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return await isGood(response);
        }
        catch (HttpRequestException)
        {
            return false; // Not up yet.
        }
    }

    private AuthenticationHeaderValue As(string user) => new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{user}:{_password}")));

    private async Task UntilAsync(Func<Task<bool>> condition, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (!await condition())
        {
            var ended = new[] { _icecast, _programme }.FirstOrDefault(process => process is { Exited.IsCompleted: true });
            if (ended is not null || time.GetElapsedTime(started) > StartTimeout)
                throw new InvalidOperationException($"The demo's Icecast did not start: {string.Join(" | ", (ended ?? _icecast!).ErrorTail)}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellationToken);
        }
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
