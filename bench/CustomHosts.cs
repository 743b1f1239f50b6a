using System.Globalization;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AudioOrleans.Bench.Measuring;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Domains;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Platforms;
using Dapper;
using Npgsql;
using CustomHostList = AudioOrleans.Gateway.Domains.CustomHosts;

namespace AudioOrleans.Bench;

/// <summary>What a TLS handshake adds for 10,000 custom domains, and what they add to a platform's start.</summary>
internal sealed class CustomHosts : IBenchmark
{
    private const int Hosts = 10_000;
    private const int LookUps = 2_000_000;
    private const int Starts = 5;
    private const double MostMicroseconds = 5;
    private const double MostSeconds = 1;

    public string Name => "custom-hosts";

    public string What => $"{Hosts:#,0} custom domains: the certificate for a name (SNI) from memory, {LookUps:#,0} look-ups; the start of a platform, {Starts} alternating pairs, medians";

    public async Task RunAsync(Table table)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var certificate = Issue(key);
        var hosts = new CustomHostList(null!, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<CustomHostList>.Instance);
        var served = Enumerable.Range(0, Hosts).Select(i => new ServedHost(NameOf(i), Guid.CreateVersion7(), Guid.CreateVersion7(), 1)).ToList();
        var clock = TimeProvider.System;
        var start = clock.GetTimestamp();
        hosts.Apply(served);
        table.AtMost("first list of all hosts", MostSeconds * 1000, clock.GetElapsedTime(start).TotalMilliseconds, "ms");
        start = clock.GetTimestamp();
        hosts.Apply([served[0] with { Certificate = 2 }]);
        table.Add("one change", $"{clock.GetElapsedTime(start).TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture)} ms");

        var names = Enumerable.Range(0, Hosts).Select(i => i % 2 == 0 ? NameOf(i) : NameOf(i).ToUpperInvariant()).ToArray();
        var fetched = 0;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        start = clock.GetTimestamp();
        foreach (var name in names)
            await FindAsync(name);
        table.Add("parsing a certificate, at its first handshake", Microseconds(clock.GetElapsedTime(start), Hosts));
        table.Add("managed memory of 10,000 parsed certificates", $"{(GC.GetTotalMemory(forceFullCollection: true) - before) / 1024.0 / 1024:0.0} MiB");
        for (var i = 0; i < LookUps / 10; i++)
            await FindAsync(names[i % Hosts]); // Compiles the code on the way.
        start = clock.GetTimestamp();
        for (var i = 0; i < LookUps; i++)
            await FindAsync(names[(int)((uint)i * 2654435761u % Hosts)]);
        table.AtMost("certificate for a name, from memory", MostMicroseconds, clock.GetElapsedTime(start).TotalMicroseconds / LookUps, "µs");
        if (fetched != Hosts)
            throw new InvalidOperationException($"{fetched} certificates were fetched for {Hosts} hosts.");
        await MeasureStartsAsync(table);

        async ValueTask<SslServerAuthenticationOptions> FindAsync(string name) =>
            hosts.TryFind(name, out var host) && await host.FindTlsAsync(Fetch) is { } found ? found : throw new AuthenticationException(name);

        Task<IssuedCertificate?> Fetch()
        {
            fetched++;
            return Task.FromResult<IssuedCertificate?>(certificate);
        }
    }

    private static async Task MeasureStartsAsync(Table table)
    {
        List<double> without = [], with = [];
        var (empty, full) = (await PostgresServer.NewDatabaseAsync(), await PostgresServer.NewDatabaseAsync());
        for (var round = 0; round <= Starts; round++)
        {
            var one = await StartAsync(empty);
            var many = await StartAsync(full);
            if (round == 0)
                await FillAsync(full); // Once its tables are there.
            else
                (without, with) = ([.. without, one], [.. with, many]);
        }
        table.Add("start without domains", $"{without.Median().ToString("0.00", CultureInfo.InvariantCulture)} s");
        table.AtMost("start with 10,000 domains, more", MostSeconds, with.Zip(without, (many, one) => many - one).Median(), "s");
    }

    private static async Task<double> StartAsync(string database)
    {
        var start = TimeProvider.System.GetTimestamp();
        await using var platform = await PlatformProcess.StartAsync(new Dictionary<string, string?> { ["ConnectionStrings__Audio"] = database });
        return TimeProvider.System.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task FillAsync(string database)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.ExecuteAsync(
            """
            insert into domain_hosts (host, domain_id, podcast_id, certificate, version)
            select 'show' || i || '.example' || i || '.org', gen_random_uuid(), gen_random_uuid(), 1, i from generate_series(1, @Hosts) i;
            update domain_clock set version = @Hosts;
            """,
            new { Hosts });
    }

    private static string NameOf(int i) => string.Create(CultureInfo.InvariantCulture, $"show{i}.customer{i % 97}.example.org");

    private static string Microseconds(TimeSpan time, int count) => $"{(time.TotalMicroseconds / count).ToString("0", CultureInfo.InvariantCulture)} µs";

    private static IssuedCertificate Issue(ECDsa key)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest("CN=show.example.org", key, HashAlgorithmName.SHA256).CreateSelfSigned(now, now.AddDays(90));
        return new IssuedCertificate(new Secret(certificate.ExportCertificatePem()), new Secret(key.ExportPkcs8PrivateKeyPem()), now, now.AddDays(90));
    }
}
