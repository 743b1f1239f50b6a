using System.Globalization;
using AudioOrleans.RelayHost.Processes;
using AudioOrleans.Testing;

namespace AudioOrleans.EndToEnd.Tests.Playlists;

/// <summary>A real nginx in front of the platform that caches what it may, as a CDN does, and logs its requests to the origin. See docs/cdn.md.</summary>
internal sealed class CachingProxy : IAsyncDisposable
{
    private readonly ChildProcess _process;
    private readonly TestFolder _folder;

    private CachingProxy(ChildProcess process, TestFolder folder, Uri url) => (_process, _folder, Url) = (process, folder, url);

    public Uri Url { get; }

    public static async Task<CachingProxy> StartAsync(Uri origin)
    {
        var folder = new TestFolder("nginx");
        // Its workers run as another user when we are root.
        File.SetUnixFileMode(folder.Path, File.GetUnixFileMode(folder.Path) | UnixFileMode.OtherExecute | UnixFileMode.OtherRead);
        var url = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        await File.WriteAllTextAsync(folder["nginx.conf"], $$"""
            daemon off;
            worker_processes 1;
            worker_rlimit_nofile 8192;
            pid {{folder["nginx.pid"]}};
            error_log stderr crit;
            events { worker_connections 4096; }
            http {
              client_body_temp_path {{folder["body"]}};
              proxy_temp_path {{folder["temp"]}};
              fastcgi_temp_path {{folder["fastcgi"]}};
              uwsgi_temp_path {{folder["uwsgi"]}};
              scgi_temp_path {{folder["scgi"]}};
              proxy_cache_path {{folder["cache"]}} keys_zone=audio:10m max_size=1g inactive=1d use_temp_path=off;
              map $upstream_addr $asked { "" 0; default 1; }
              log_format asked '$msec $uri $upstream_cache_status';
              access_log {{folder["asked.log"]}} asked if=$asked;
              upstream origin { server {{origin.Authority}}; keepalive 32; }
              server {
                listen {{url.Authority}};
                location / {
                  proxy_pass http://origin;
                  proxy_http_version 1.1;
                  proxy_set_header Connection "";
                  proxy_set_header Host $host;
                  proxy_cache audio;
                  proxy_cache_lock on;
                  proxy_cache_lock_timeout 10s;
                  proxy_cache_use_stale error timeout updating;
                }
              }
            }
            """);
        var process = await ChildProcess.StartAsync(new ProcessCommand("nginx", "-c", folder["nginx.conf"], "-p", folder.Path), TimeProvider.System);
        var proxy = new CachingProxy(process, folder, url);
        using var client = new HttpClient();
        await Eventually.That(() => proxy.RespondsAsync(client), TimeSpan.FromSeconds(10), "nginx responds");
        return proxy;
    }

    /// <summary>Its requests to the origin: the time in seconds, and the path.</summary>
    public async Task<IReadOnlyList<(double At, string Path)>> OriginRequestsAsync() => [.. (await File.ReadAllLinesAsync(_folder["asked.log"]))
        .Select(line => line.Split(' ')).Select(fields => (double.Parse(fields[0], CultureInfo.InvariantCulture), fields[1]))];

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<bool> RespondsAsync(HttpClient client)
    {
        try
        {
            (await client.GetAsync(new Uri(Url, "/healthz"))).Dispose();
            return true;
        }
        catch (HttpRequestException)
        {
            return false; // Not up yet.
        }
    }
}
