using AudioOrleans.Grains.Mail;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace AudioOrleans.Grains.Tests.Mail;

public sealed class MailOptionsTests
{
    private static readonly (string Key, string Value)[] Good = [("Smtp:Host", "mail.example.org"), ("Smtp:From", "Radio <radio@example.org>"), ("PublicUrl", "https://radio.example.org")];

    [Fact]
    public void Without_a_host_no_mail_is_sent() => Assert.False(MailOptions.Read(Configuration([("Smtp:Host", ""), ("Smtp:Port", "x")])).IsOn);

    [Fact]
    public void Settings_that_are_left_out_have_the_documented_defaults()
    {
        var options = MailOptions.Read(Configuration(Good));
        Assert.True(options.IsOn);
        Assert.Equal((587, SmtpTls.StartTls, null, TimeSpan.FromMinutes(1)), (options.Port, options.Tls, options.User, options.RetryAfter));
        Assert.Equal(("Radio", "radio@example.org"), (options.From!.DisplayName, options.From.Address));
        Assert.Equal("https://radio.example.org/", options.PublicUrl!.ToString());
    }

    [Theory]
    [InlineData("587", "", SmtpTls.StartTls)]
    [InlineData("465", "", SmtpTls.Implicit)]
    [InlineData("465", "true", SmtpTls.Implicit)]
    [InlineData("2465", "true", SmtpTls.StartTls)]
    [InlineData("2465", "implicit", SmtpTls.Implicit)]
    [InlineData("25", "False", SmtpTls.None)]
    [InlineData("465", "false", SmtpTls.None)]
    public void Port_465_defaults_to_implicit_TLS_and_other_ports_to_STARTTLS(string port, string tls, SmtpTls expected) =>
        Assert.Equal(expected, MailOptions.Read(Configuration([.. Good, ("Smtp:Port", port), ("Smtp:Tls", tls)])).Tls);

    [Theory]
    [InlineData("Smtp:Host", "mail example", "Smtp__Host is 'mail example'; expected a host name or an IP address.")]
    [InlineData("Smtp:Port", "65536", "Smtp__Port is '65536'; expected a port, a whole number from 1 to 65535.")]
    [InlineData("Smtp:From", "", "Smtp__From is ''; expected an e-mail address, such as radio@example.org or Radio <radio@example.org>.")]
    [InlineData("Smtp:From", "a@example.org, b@example.org", "Smtp__From is 'a@example.org, b@example.org'; expected an e-mail address, such as radio@example.org or Radio <radio@example.org>.")]
    [InlineData("Smtp:Tls", "yes", "Smtp__Tls is 'yes'; expected true, false or implicit.")]
    [InlineData("Smtp:RetryAfter", "60", "Smtp__RetryAfter is '60'; expected a duration such as 00:01:00, from 00:00:01 to 01:00:00.")]
    [InlineData("Smtp:User", "radio", "Smtp__Password is ''; expected the password of Smtp__User.")]
    [InlineData("Smtp:Password", "s3cret", "Smtp__User is ''; expected the user that Smtp__Password belongs to.")]
    [InlineData("PublicUrl", "radio.example.org", "PublicUrl is 'radio.example.org'; expected the address where browsers reach the platform, such as https://radio.example.org.")]
    [InlineData("PublicUrl", "https://radio.example.org/page", "PublicUrl is 'https://radio.example.org/page'; expected the address where browsers reach the platform, such as https://radio.example.org.")]
    public void An_invalid_setting_is_named_with_the_expected_value(string key, string value, string message) =>
        Assert.Equal(message, Assert.Throws<OptionsValidationException>(() => { MailOptions.Read(Configuration([.. Good, (key, value)])); }).Message);

    [Fact]
    public void The_password_is_not_printed() =>
        Assert.DoesNotContain("s3cret", MailOptions.Read(Configuration([.. Good, ("Smtp:User", "radio"), ("Smtp:Password", "s3cret")])).ToString(), StringComparison.Ordinal);

    private static IConfiguration Configuration((string Key, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.GroupBy(setting => setting.Key).Select(group => KeyValuePair.Create(group.Key, (string?)group.Last().Value))).Build();
}
