using AudioOrleans.Configuration;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.RelayHost.Objects;
using AudioOrleans.RelayHost.Relays;
using AudioOrleans.Silo;
using AudioOrleans.Silo.Cluster;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AudioOrleans.Gateway.Tests.Hosting;

public sealed class OptionsRegistrationTests
{
    [Fact]
    public void Options_are_bound_from_their_section_and_injected_directly()
    {
        using var services = Services<JobOptions>(("Jobs:Workers", "7"), ("Jobs:Caps:uploads", "60"));
        services.ValidateOptions();
        var options = services.GetRequiredService<JobOptions>();
        Assert.Equal((7, 60), (options.Workers, options.Caps["uploads"]));
        Assert.Same(options, services.GetRequiredService<IOptions<JobOptions>>().Value);
    }

    [Fact]
    public void Options_that_are_added_twice_are_bound_once()
    {
        var configuration = Configuration(("Outbound:AllowedNetworks:0", "10.0.0.0/8"));
        using var services = new ServiceCollection().AddValidatedOptions<RelayHost.Outbound.OutboundOptions>(configuration)
            .AddValidatedOptions<RelayHost.Outbound.OutboundOptions>(configuration).BuildServiceProvider();
        Assert.Equal(["10.0.0.0/8"], services.GetRequiredService<RelayHost.Outbound.OutboundOptions>().AllowedNetworks);
    }

    [Theory]
    [InlineData("Jobs:Workers", "x", "Jobs__Workers is 'x'; expected a number from 0 to 1000.")]
    [InlineData("Jobs:Workers", "", "Jobs__Workers is ''; expected a number from 0 to 1000.")]
    [InlineData("Jobs:Workers", "99999999999", "Jobs__Workers is '99999999999'; expected a number from 0 to 1000.")]
    [InlineData("Jobs:Workers", "1001", "Jobs__Workers: expected a number from 0 to 1000.")]
    [InlineData("Jobs:Lease", "soon", "Jobs__Lease is 'soon'; expected a time of at least 00:00:01.")]
    [InlineData("Jobs:Caps:uploads", "many", "Jobs__Caps__uploads is 'many'; expected a whole number.")]
    [InlineData("Jobs:Caps:uploads", "0", "Jobs__Caps__uploads: expected jobs a minute, from 1 to 1000000.")]
    public void An_invalid_setting_is_named_with_the_expected_value_when_read_and_at_the_start(string key, string value, string expected)
    {
        Assert.Equal(expected, Assert.Throws<OptionsValidationException>(() => Configuration((key, value)).ReadOptions<JobOptions>()).Message);
        using var services = Services<JobOptions>((key, value));
        Assert.Equal(expected, Assert.Throws<OptionsValidationException>(services.ValidateOptions).Message);
        Assert.Throws<OptionsValidationException>(services.GetRequiredService<JobOptions>);
    }

    [Fact]
    public void A_value_of_the_wrong_type_is_named_even_if_nothing_else_is_checked()
    {
        Assert.Equal("Relay__SilenceTimeout is '10 s'; expected a duration such as 00:00:30.", Error<RelayOptions>(("Relay:SilenceTimeout", "10 s")));
        Assert.Equal("Cluster__Dashboard is 'yes'; expected true or false.", Error<AudioClusterOptions>(("Cluster:Dashboard", "yes")));
        Assert.Equal("Cluster__Role is 'both'; expected one of silo, gateway.", Error<AudioClusterOptions>(("Cluster:Role", "both")));
    }

    [Fact]
    public void Every_invalid_setting_has_its_own_message()
    {
        var error = Assert.Throws<OptionsValidationException>(() => Configuration(("Jobs:Workers", "x"), ("Jobs:Drain", "-1")).ReadOptions<JobOptions>());
        Assert.Equal(["Jobs__Workers is 'x'; expected a number from 0 to 1000.", "Jobs__Drain: expected a time, such as 00:00:05."], error.Failures);
    }

    [Fact]
    public void The_start_shows_the_messages_of_all_sections()
    {
        var configuration = Configuration(("Jobs:Workers", "x"), ("Audit:Retention", "0"));
        using var services = new ServiceCollection().AddValidatedOptions<JobOptions>(configuration).AddValidatedOptions<AuditOptions>(configuration).BuildServiceProvider();
        var lines = WrongSetting.Describe(Assert.ThrowsAny<Exception>(services.ValidateOptions))!.Split(Environment.NewLine);
        Assert.Equal(["Jobs__Workers is 'x'; expected a number from 0 to 1000.", "Audit__Retention: expected a time above zero, such as 365.00:00:00."], lines);
        Assert.Null(WrongSetting.Describe(new InvalidOperationException("Something else.")));
    }

    [Fact]
    public void Settings_of_a_nested_section_are_named_in_full()
    {
        (string, string)[] bucket = [("Objects:Kind", "s3"), ("Objects:S3:Endpoint", "https://s3.example.org"), ("Objects:S3:Bucket", "A"), ("Objects:S3:AccessKey", "id"), ("Objects:S3:SecretKey", "secret")];
        Assert.StartsWith("Objects__S3__Bucket: expected ", Error<ObjectStoreOptions>(bucket), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("admin", "Str0ng-enough", "Admin__Email: expected ")]
    [InlineData("", "Str0ng-enough", "Admin__Email: expected ")]
    [InlineData("admin@example.org", "weak", "Admin__Password: expected a strong password. Expected at least 8 characters.")]
    public void The_first_admin_is_validated_and_the_password_is_never_shown(string email, string password, string expected)
    {
        var error = Error<FirstAdminOptions>(("Admin:Email", email), ("Admin:Password", password));
        Assert.StartsWith(expected, error, StringComparison.Ordinal);
        Assert.DoesNotContain($"'{password}'", error, StringComparison.Ordinal);
    }

    private static string Error<T>(params (string, string)[] settings)
        where T : class, IValidatedOptions, new() => Assert.Throws<OptionsValidationException>(() => Configuration(settings).ReadOptions<T>()).Message;

    private static ServiceProvider Services<T>(params (string, string)[] settings)
        where T : class, IValidatedOptions, new() => new ServiceCollection().AddValidatedOptions<T>(Configuration(settings)).BuildServiceProvider();

    private static IConfiguration Configuration(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();
}
