using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using AudioOrleans.RelayHost.OnDemand;
using AudioOrleans.RelayHost.Processes;

namespace AudioOrleans.RelayHost.Domains;

/// <summary>A certificate to request.</summary>
/// <param name="Host">The only name in it.</param>
/// <param name="Directory">The authority's directory.</param>
/// <param name="Email">The account's address there.</param>
/// <param name="TrustedRoot">A PEM file by which the authority's server is trusted; null for the system's.</param>
/// <param name="Update">The DNS server for DNS-01; null for HTTP-01.</param>
/// <param name="Resolver">The resolver that lego asks, with its port; null for the system's.</param>
public sealed record LegoRequest(string Host, string Directory, string Email, string? TrustedRoot, DnsUpdateServer? Update, string? Resolver);

/// <summary>What lego obtained.</summary>
/// <param name="Chain">The certificate and its issuers, PEM.</param>
/// <param name="Key">The private key, PEM.</param>
/// <param name="Account">The files of the account by their path; the same as before unless it was new.</param>
public sealed record LegoCertificate(string Chain, string Key, ImmutableDictionary<string, byte[]> Account)
{
    /// <summary>Keeps the key out of logs.</summary>
    public override string ToString() => "LegoCertificate";
}

/// <summary>No certificate was issued.</summary>
/// <param name="message">Why, as a sentence for the domain's owner.</param>
/// <param name="type">The ACME error type (RFC 8555, section 6.7), such as <c>rateLimited</c>; empty if unknown.</param>
/// <param name="account">The files of the account: registered meanwhile, or the same as before.</param>
/// <param name="inner">What happened.</param>
public sealed class LegoException(string message, string type, ImmutableDictionary<string, byte[]> account, Exception inner) : Exception(message, inner)
{
    /// <summary>The files of the account.</summary>
    public ImmutableDictionary<string, byte[]> Account { get; } = account;

    /// <summary>The ACME error type; empty if unknown.</summary>
    public string Type { get; } = type;
}

/// <summary>Requests certificates by Debian's <c>lego</c>, which runs in a folder of its own for each of them.</summary>
public sealed partial class Lego(WorkOptions work, TimeProvider time)
{
    /// <summary>The program.</summary>
    public const string Program = "lego";

    private const string Challenges = "webroot/.well-known/acme-challenge";

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan WatchPause = TimeSpan.FromMilliseconds(25);

    /// <summary>Requests a certificate.</summary>
    /// <param name="request">What to request.</param>
    /// <param name="account">The files of the account; empty to register one.</param>
    /// <param name="publish">Publishes the response to an HTTP-01 challenge: its token and its key authorization.</param>
    /// <param name="cancellationToken">Stops lego.</param>
    /// <exception cref="LegoException">None was issued.</exception>
    /// <exception cref="ProcessStartException">lego could not be started.</exception>
    public async Task<LegoCertificate> RequestAsync(
        LegoRequest request, ImmutableDictionary<string, byte[]> account, Func<string, string, Task> publish, CancellationToken cancellationToken)
    {
        using var folder = new WorkFolder(work);
        var root = folder["lego"];
        await WriteAsync(Path.Combine(root, "accounts"), account, cancellationToken).ConfigureAwait(false);
        var challenges = folder[Challenges];
        System.IO.Directory.CreateDirectory(challenges);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = request.Update is null ? WatchAsync(challenges, publish, done.Token) : Task.CompletedTask;
        try
        {
            await ProcessRunner.RunAsync(CommandOf(request, root, folder["webroot"]), Timeout, time, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (ProcessException exception) when (exception is ProcessFailedException or ProcessTimeoutException)
        {
            throw Refused(exception, await ReadAsync(Path.Combine(root, "accounts"), CancellationToken.None).ConfigureAwait(false));
        }
        finally
        {
            await done.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        var certificates = Path.Combine(root, "certificates");
        return new LegoCertificate(
            await File.ReadAllTextAsync(Path.Combine(certificates, $"{request.Host}.crt"), cancellationToken).ConfigureAwait(false),
            await File.ReadAllTextAsync(Path.Combine(certificates, $"{request.Host}.key"), cancellationToken).ConfigureAwait(false),
            await ReadAsync(Path.Combine(root, "accounts"), cancellationToken).ConfigureAwait(false));
    }

    private static ProcessCommand CommandOf(LegoRequest request, string root, string webroot)
    {
        List<string> arguments = ["--server", request.Directory, "--email", request.Email, "--accept-tos", "--path", root, "--domains", request.Host];
        var environment = ImmutableDictionary<string, string?>.Empty;
        if (request.TrustedRoot is not null)
            environment = environment.Add("LEGO_CA_CERTIFICATES", request.TrustedRoot);
        if (request.Update is { } update)
        {
            arguments.AddRange(["--dns", "rfc2136"]);
            if (request.Resolver is not null)
                arguments.AddRange(["--dns.resolvers", request.Resolver]);
            // The server that took the update has the record: waiting until others have it too is up to the authority.
            arguments.Add("--dns.disable-cp");
            environment = environment
                .Add("RFC2136_NAMESERVER", update.Server.ToString()).Add("RFC2136_TSIG_ALGORITHM", $"{update.Algorithm}.").Add("RFC2136_TSIG_KEY", $"{update.KeyName.TrimEnd('.')}.")
                .Add("RFC2136_TSIG_SECRET", update.Secret).Add("RFC2136_TTL", "60").Add("RFC2136_SEQUENCE_INTERVAL", "1").Add("RFC2136_POLLING_INTERVAL", "1");
        }
        else
        {
            arguments.AddRange(["--http", "--http.webroot", webroot]);
        }
        arguments.Add("run");
        return new ProcessCommand(Program, [.. arguments]) { Environment = environment, ErrorTailLines = 50 };
    }

    /// <summary>lego writes each response to a file, and removes it afterwards.</summary>
    private async Task WatchAsync(string folder, Func<string, string, Task> publish, CancellationToken cancellationToken)
    {
        var published = new HashSet<string>();
        while (true)
        {
            foreach (var file in System.IO.Directory.EnumerateFiles(folder))
            {
                if (await TryReadAsync(file, cancellationToken).ConfigureAwait(false) is { } text && published.Add(text))
                    await publish(Path.GetFileName(file), text).ConfigureAwait(false);
            }
            await Task.Delay(WatchPause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The file once it is complete: a token, a dot and a thumbprint of 43 characters.</summary>
    private static async Task<string?> TryReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            var text = await File.ReadAllTextAsync(file, cancellationToken).ConfigureAwait(false);
            return text.Length == Path.GetFileName(file).Length + 44 ? text : null;
        }
        catch (IOException)
        {
            return null; // Removed meanwhile.
        }
    }

    private static LegoException Refused(ProcessException exception, ImmutableDictionary<string, byte[]> account)
    {
        var lines = exception is ProcessFailedException failed ? failed.ErrorTail : ((ProcessTimeoutException)exception).ErrorTail;
        var match = AcmeError().Match(string.Join('\n', lines.Reverse()));
        var type = match.Success ? match.Groups[1].Value : "";
        return new LegoException(
            type switch
            {
                "rateLimited" => "The certificate authority asks to wait: too many certificates were requested.",
                "unauthorized" => "The certificate authority did not get the expected response from the host.",
                "connection" => "The certificate authority could not connect to the host.",
                "dns" => "The certificate authority could not resolve the host.",
                "caa" => "A CAA record of the domain forbids this certificate authority.",
                "rejectedIdentifier" => "The certificate authority issues no certificate for this name.",
                "accountDoesNotExist" => "The certificate authority no longer knows the platform's account; a new one is registered.",
                "" => exception is ProcessTimeoutException
                    ? string.Create(CultureInfo.InvariantCulture, $"The certificate authority did not answer within {Timeout.TotalMinutes:0} minutes.")
                    : "The certificate authority cannot be reached, or its server is not trusted.",
                _ => $"The certificate authority refused the request ({type}).",
            },
            type, account, exception);
    }

    private static async Task WriteAsync(string folder, ImmutableDictionary<string, byte[]> files, CancellationToken cancellationToken)
    {
        foreach (var (name, content) in files)
        {
            var path = Path.GetFullPath(Path.Combine(folder, name));
            System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, content, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<ImmutableDictionary<string, byte[]>> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        var files = ImmutableDictionary.CreateBuilder<string, byte[]>();
        if (!System.IO.Directory.Exists(folder))
            return files.ToImmutable();
        foreach (var path in System.IO.Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            files[Path.GetRelativePath(folder, path)] = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
        return files.ToImmutable();
    }

    [GeneratedRegex("urn:ietf:params:acme:error:([A-Za-z]{1,40})")]
    private static partial Regex AcmeError();
}
