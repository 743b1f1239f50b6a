using AudioOrleans.Bench.Measuring;
using AudioOrleans.RelayHost.Processes;
using AudioOrleans.Testing;

namespace AudioOrleans.Bench;

/// <summary>A real nginx on a free port that serves a folder as fast as it can: the peer of the gateway.</summary>
internal sealed class NginxServer : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private NginxServer(ChildProcess process, Uri url, string root) => (_process, Url, Root) = (process, url, root);

    public Uri Url { get; }

    /// <summary>What it serves.</summary>
    public string Root { get; }

    /// <summary>Its workers, which do all the work.</summary>
    public int[] Workers => Usage.Children(_process.Id, "nginx");

    public static async Task<NginxServer> StartAsync(TestFolder folder)
    {
        var port = FreePort.Next();
        var url = new Uri($"http://127.0.0.1:{port}");
        var root = Directory.CreateDirectory(folder["root"]).FullName;
        // Its workers run as another user when we are root.
        File.SetUnixFileMode(folder.Path, File.GetUnixFileMode(folder.Path) | UnixFileMode.OtherExecute | UnixFileMode.OtherRead);
        var configuration = folder["nginx.conf"];
        await File.WriteAllTextAsync(configuration, $$"""
            daemon off;
            worker_processes auto;
            pid {{folder["nginx.pid"]}};
            error_log stderr crit;
            events { worker_connections 1024; }
            http {
              access_log off;
              sendfile on;
              tcp_nopush on;
              keepalive_requests 100000000;
              open_file_cache max=100;
              types { application/vnd.apple.mpegurl m3u8; video/mp2t ts; }
              server { listen 127.0.0.1:{{port}}; root {{root}}; }
            }
            """);
        var process = await ChildProcess.StartAsync(new ProcessCommand("nginx", "-c", configuration, "-p", folder.Path), TimeProvider.System);
        var server = new NginxServer(process, url, root);
        using var client = new HttpClient();
        await Eventually.That(() => server.AnswersAsync(client), TimeSpan.FromSeconds(10), "nginx answers");
        return server;
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private async Task<bool> AnswersAsync(HttpClient client)
    {
        try
        {
            (await client.GetAsync(Url)).Dispose();
            return true;
        }
        catch (HttpRequestException)
        {
            return false; // Not up yet.
        }
    }
}
