using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using AudioOrleans.Gateway.Live;
using AudioOrleans.Gateway.Podcasts;
using AudioOrleans.Gateway.Security;
using AudioOrleans.Grains.Billing;
using AudioOrleans.Grains.Accounts;
using AudioOrleans.Grains.Accounts.SignIn;
using AudioOrleans.Grains.Interfaces.Domains;
using AudioOrleans.Grains.Interfaces.Tokens;
using AudioOrleans.Grains.Interfaces.Uploads;
using AudioOrleans.Grains.Mail;
using AudioOrleans.Grains.Operations;
using AudioOrleans.Grains.Podcasts;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.RelayHost.Ingest;
using AudioOrleans.RelayHost.Objects;
using AudioOrleans.RelayHost.OnDemand;
using AudioOrleans.RelayHost.Outbound;
using AudioOrleans.RelayHost.Relays;
using AudioOrleans.Silo;
using AudioOrleans.Silo.Cluster;
using AudioOrleans.Silo.Hosting;
using AudioOrleans.Standalone.Cluster;
using AudioOrleans.Standalone.Demo;
using AudioOrleans.Standalone.Postgres;

namespace AudioOrleans.Gateway.Tests.Hosting;

/// <summary><c>docs/configuration.md</c> describes exactly the settings that the code reads, with their defaults.</summary>
public sealed partial class ConfigurationPageTests
{
    private static readonly (string Section, object Defaults)[] Options =
    [
        ("Admin", new FirstAdminOptions()), ("Audit", new AuditOptions()), ("Money", new BillingOptions()), ("Cluster", new AudioClusterOptions()), ("Cors", new CrossOriginOptions()), ("Demo", new DemoOptions()),
        ("Domains", new DomainOptions()), ("Domains__Acme", new AcmeOptions()), ("Domains__Update", new DnsUpdateOptions()),
        ("Idempotency", new IdempotencyOptions()), ("Jobs", new JobOptions()), ("Live", new LiveOptions()), ("Login", new LoginOptions()),
        ("OAuth", new SignInOptions()), ("Objects", new ObjectStoreOptions()), ("Objects__S3", new S3StoreOptions()), ("Outbound", new OutboundOptions()),
        ("", new PlatformOptions { DataFolder = "data", ConnectionString = "" }), ("Podcasts", new PodcastOptions()), ("Media", new PodcastMediaOptions()),
        ("Proxies", new ProxyOptions()), ("RateLimits", new RateLimitOptions()),
        ("Relay", new RelayOptions()), ("Smtp", new MailOptions()), ("Timeouts", new DeadlineOptions()), ("Tokens", new TokenOptions()),
        ("Uploads", new UploadOptions()), ("VirusScan", new ScannerOptions(null, 3310)),
    ];

    /// <summary>Options that cannot be set: the arguments of the local cluster, and values that the program sets itself.</summary>
    private static readonly Type[] NotSettings = [typeof(LocalClusterOptions), typeof(PrivatePostgresOptions), typeof(WorkOptions)];

    /// <summary>Properties whose setting has another name.</summary>
    private static readonly Dictionary<string, string> Renamed = new()
    {
        ["PlatformOptions.DataFolder"] = "Data",
        ["PlatformOptions.ConnectionString"] = "ConnectionStrings__Audio",
        ["PlatformOptions.MasterKey"] = "Secrets__MasterKey",
        ["MailOptions.PublicUrl"] = "PublicUrl",
        ["PodcastOptions.PublicUrl"] = "PublicUrl",
        ["SignInOptions.PublicUrl"] = "PublicUrl",
        ["ScannerOptions.Host"] = "VirusScan__Clamd",
    };

    /// <summary>Properties that are not settings themselves: the providers have sections, and the scanner's port is part of its address.</summary>
    private static readonly string[] Parts = ["SignInOptions.Providers", "ObjectStoreOptions.S3", "DomainOptions.Acme", "DomainOptions.Update", "ScannerOptions.Port", "OAuthProvider.Key", "OAuthProvider.Name", "OAuthProvider.Scope"];

    /// <summary>Defaults that differ from machine to machine.</summary>
    private static readonly string[] Computed = ["JobOptions.Workers", "AudioClusterOptions.NodeName"];

    private static readonly string[] Products = ["Gateway", "Grains", "Grains.Interfaces", "Persistence", "RelayHost", "Silo", "Standalone"];

    [Fact]
    public void Every_setting_is_on_the_page_and_nothing_else() => Assert.Equal(
        Settings().Select(setting => setting.Key).Concat(ReadDirectly()).Distinct().Order(StringComparer.Ordinal),
        Rows().Select(row => row.Key).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_setting_on_the_page_has_the_default_of_the_code()
    {
        var shown = Rows().ToDictionary(row => row.Key, row => row.Default);
        Assert.All(Settings(), setting =>
        {
            var (key, value) = setting;
            if (value is null)
                Assert.False(Code().IsMatch(shown[key]), $"{key} has no default, and the page says {shown[key]}");
            else
                Assert.Equal((key, $"`{value}`"), (key, shown[key]));
        });
    }

    [Fact]
    public void Every_setting_on_the_page_has_a_range_and_a_meaning() =>
        Assert.All(Rows(), row => Assert.DoesNotContain("", new[] { row.Default, row.Range, row.Meaning }));

    [Fact]
    public void All_options_of_the_code_are_compared() => Assert.Equal(
        Products.SelectMany(product => Assembly.Load($"Audio.Orleans.{product}").GetTypes()).Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal))
            .Except(NotSettings).Select(type => type.Name).Order(StringComparer.Ordinal),
        Options.Select(options => options.Defaults.GetType().Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Contributors_find_the_options_of_each_section()
    {
        var text = File.ReadAllText(Path.Combine(Root(), "CONTRIBUTING.md"));
        Assert.All(Options, options => Assert.Contains($"[`{options.Defaults.GetType().Name}`](", text, StringComparison.Ordinal));
    }

    /// <summary>The settings of all options, with their defaults as written in an environment variable; null if there is none.</summary>
    private static List<(string Key, string? Default)> Settings() =>
    [
        .. Options.SelectMany(options => Settings(options.Section, options.Defaults))
            .Concat(OAuthProvider.Known.SelectMany(provider => Settings($"OAuth__{provider.Name}", provider))).Distinct(),
    ];

    private static IEnumerable<(string Key, string? Default)> Settings(string section, object defaults) =>
        from property in defaults.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
        let name = $"{defaults.GetType().Name}.{property.Name}"
        where property.SetMethod is { IsPublic: true } && !Parts.Contains(name)
        let value = property.GetValue(defaults)
        where value is not null || !(defaults is OAuthProvider { EmailsEndpoint: null } && property.Name == nameof(OAuthProvider.EmailsEndpoint))
        let key = Renamed.GetValueOrDefault(name, $"{section}__{property.Name}")
        let items = value switch { IDictionary => "__QUEUE", string or null => "", IEnumerable => "__0", _ => "" }
        select (key + items, Computed.Contains(name) ? null : Written(value));

    private static string? Written(object? value) => value switch
    {
        null or "" => null,
        string text => text,
        Uri uri => uri.OriginalString,
        TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture),
        SmtpTls.StartTls => "true",
        bool or Enum => $"{value}".ToLowerInvariant(),
        IEnumerable items => items.Cast<object>().Any() ? throw new NotSupportedException("A list with a default cannot be written in a variable.") : null,
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    /// <summary>The settings that the code reads from the configuration by name, without options.</summary>
    private static IEnumerable<string> ReadDirectly() =>
        from product in Products
        from file in Directory.EnumerateFiles(Path.Combine(Root(), product), "*.cs", SearchOption.AllDirectories)
        from Match read in Read().Matches(File.ReadAllText(file))
        select read.Groups[1].Value.Replace(":", "__", StringComparison.Ordinal) into key
        select key is "FormatKey" ? PlatformLogging.FormatKey.Replace(":", "__", StringComparison.Ordinal) : key;

    private static ImmutableArray<(string Key, string Default, string Range, string Meaning)> Rows() =>
    [
        .. from line in File.ReadLines(Path.Combine(Root(), "docs", "configuration.md"))
            where line.StartsWith("| `", StringComparison.Ordinal)
            let cells = line.Trim('|').Split('|', StringSplitOptions.TrimEntries)
            select cells.Length == 4 ? (cells[0].Trim('`'), cells[1], cells[2], cells[3]) : throw new FormatException($"Not four cells: {line}"),
    ];

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Audio.Orleans.sln")))
            folder = folder.Parent!;
        return folder.FullName;
    }

    [GeneratedRegex("^`[^`]*`$")]
    private static partial Regex Code();

    [GeneratedRegex("""onfiguration\["?(FormatKey|[A-Z][A-Za-z0-9:]*)"?\]""")]
    private static partial Regex Read();
}
